/* sphinxext_dep: cards at links to proposals, and the buttons that copy a proposal's number and link.
 *
 * The card of a proposal stands behind the first link to it; here it is taken to the link that is pointed at or focused.
 * Escape takes a card away until the link is left (WCAG 2.2, 1.4.13). It is not a module, since browsers load none from
 * files, where these pages are read too.
 */
"use strict";
{
  const DISMISSED = "dep-dismissed";

  /** The element around a link and its card, when the event is about one. */
  const around = (event) => (event.target instanceof Element ? event.target.closest(".dep-hover") : null);

  const isFocused = (box) => box.querySelector(":scope > a") === document.activeElement;

  /** Let the card that describes the link of *box* be in it. */
  function take(event) {
    const box = around(event);
    const card = box && document.getElementById(box.querySelector(":scope > a").getAttribute("aria-describedby"));
    if (card && card.parentElement !== box) box.append(card);
  }

  /** The link was left: next time there is a card again. */
  function leave(event) {
    const box = around(event);
    if (!box || box.contains(event.relatedTarget)) return;
    const stays = event.type === "pointerout" ? isFocused(box) : box.matches(":hover");
    if (!stays) box.classList.remove(DISMISSED);
  }

  // A title would come up over the card.
  for (const link of document.querySelectorAll(".dep-hover > a[title]")) link.removeAttribute("title");

  document.addEventListener("pointerover", take);
  document.addEventListener("focusin", take);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const box of document.querySelectorAll(".dep-hover")) {
      if (box.matches(":hover") || isFocused(box)) box.classList.add(DISMISSED);
    }
  });

  for (const actions of document.querySelectorAll(".dep-actions")) {
    const { label, number, link, done } = actions.dataset;
    for (const [words, text] of [[number, () => label], [link, () => location.href.replace(/[?#].*/, "")]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text());
        button.textContent = done;
        setTimeout(() => { button.textContent = words; }, 2000);
      });
      // Without HTTPS there is no clipboard.
      if (navigator.clipboard) actions.append(button);
    }
  }
}
