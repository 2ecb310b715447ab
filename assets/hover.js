/* sphinxext_dep: cards at links to proposals, and the buttons that copy a proposal's number and link.
 *
 * The card of a proposal stands behind the first link to it; here it is taken to the link that is pointed at or focused.
 * Escape takes a card away until the link is left (WCAG 2.2, 1.4.13). It is not a module, since browsers load none from
 * files, where these pages are read too.
 */
"use strict";
{
  /** Call *act* at events of these types with the element around a link and its card. */
  const on = (types, act) => {
    for (const type of types) {
      document.addEventListener(type, (event) => {
        const box = event.target.closest?.(".dep-hover");
        if (box) act(box, event);
      });
    }
  };

  // A title would come up over the card.
  for (const link of document.querySelectorAll(".dep-hover > a[title]")) link.removeAttribute("title");

  // Let the card that describes the link be beside it.
  on(["pointerover", "focusin"], (box) => {
    const card = document.getElementById(box.querySelector("a").getAttribute("aria-describedby"));
    if (card && !box.contains(card)) box.append(card);
  });
  // The link was left: next time there is a card again.
  on(["pointerout", "focusout"], (box, { type, relatedTarget }) => {
    if (!box.contains(relatedTarget) && !box.matches(type === "focusout" ? ":hover" : ":focus-within")) box.classList.remove("dep-dismissed");
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") for (const box of document.querySelectorAll(".dep-hover:is(:hover, :focus-within)")) box.classList.add("dep-dismissed");
  });

  // Without HTTPS there is no clipboard.
  for (const actions of navigator.clipboard ? document.querySelectorAll(".dep-actions") : []) {
    const { label, number, link, done } = actions.dataset;
    for (const [words, text] of [[number, label], [link, location.href.replace(/[?#].*/, "")]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.onclick = async () => {
        await navigator.clipboard.writeText(text);
        button.textContent = done;
        setTimeout(() => { button.textContent = words; }, 2000);
      };
      actions.append(button);
    }
  }
}
