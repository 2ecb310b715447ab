/* sphinxext_dep: search, facets, sorting and views for tables of proposals.
 *
 * The page as served holds the complete table; this only hides, orders and marks rows that are there. It makes elements,
 * never markup from text, and no inline styles, so it runs under "script-src 'self'; style-src 'self'". What it knows of
 * a table beyond its cells is written by sphinxext_dep/sphinx/registry.py: data-registry on the box, data-… on the rows.
 * It is not a module, since browsers load none from files, where these pages are read too.
 */
"use strict";
{
  const FEW = 5; // A table of so few proposals is seen at a glance: it can be sorted, and gets no controls.
  const SCREENFUL = 100; // Rows shown at once. Laying out a table costs time with each visible row, at every keystroke.
  const PAUSE = 400; // Milliseconds without a keystroke after which the address changes and the result is announced.
  const VIEWS = ["rows", "cards", "compact"];
  const MANY = 12; // A facet with more values can be searched itself.

  const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true, sensitivity: "base" });

  /** Text as the search compares it: without case and accents. */
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();

  /** An element with attributes (true: present; false: absent) and children. */
  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  }

  /** "{shown} of {total}" with its values. */
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

  /** One facet: a disclosure with a checkbox for each value, made when it is first opened. */
  class Facet {
    constructor({ key, label, order, names }, words, changed, opened) {
      Object.assign(this, { key, label, order, names, words, changed });
      this.chosen = new Set();
      this.counts = new Map();
      this.options = new Map();
      this.summary = make("summary", {}, label);
      this.panel = make("fieldset", {}, make("legend", {}, label));
      this.box = make("details", { class: "dep-facet" }, this.summary, this.panel);
      // Before it opens: the event "toggle" comes later, when the next key may have been pressed already.
      this.summary.addEventListener("click", () => !this.box.open && opened(this));
      this.box.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !this.box.open) return;
        this.box.open = false;
        this.summary.focus();
        event.stopPropagation();
      });
    }

    /** Every value that occurs, in the order of the process or of the alphabet; the absence of one is last. */
    offer(rows) {
      const values = new Set(rows.flatMap((row) => row.values.get(this.key)));
      const known = this.order.filter((value) => values.has(value));
      const others = [...values].filter((value) => value && !this.order.includes(value)).sort(collator.compare);
      this.values = [...known, ...others, ...(values.has("") ? [""] : [])];
      this.box.hidden = this.values.length < 2;
    }

    /** What the reader sees of a value; the address holds the value itself, in whatever language the page is. */
    name(value) {
      return (this.names[value] ?? value) || this.words.none;
    }

    accepts(row) {
      return !this.chosen.size || row.values.get(this.key).some((value) => this.chosen.has(value));
    }

    /** Add the values of one row to the counts. */
    count(row) {
      for (const value of row.values.get(this.key)) this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
    }

    update(open = this.box.open) {
      const chosen = [...this.chosen].map((value) => this.name(value));
      this.summary.textContent = chosen.length ? `${this.label}: ${chosen.length > 1 ? chosen.length : chosen[0]}` : this.label;
      this.box.classList.toggle("dep-active", chosen.length > 0);
      if (!open) return;
      if (!this.options.size) this.build();
      const wanted = fold(this.find?.value ?? "");
      for (const [value, { label, input, count, text }] of this.options) {
        input.checked = this.chosen.has(value);
        count.textContent = this.counts.get(value) ?? 0;
        label.hidden = !(input.checked || (this.counts.has(value) && text.includes(wanted)));
      }
    }

    build() {
      if (this.values.length > MANY) {
        this.find = make("input", { type: "search", "aria-label": fill(this.words.find, { facet: this.label }) });
        this.find.addEventListener("input", () => this.update());
        this.panel.append(this.find);
      }
      const list = make("div", { class: "dep-options" });
      for (const value of this.values) {
        const input = make("input", { type: "checkbox" });
        const count = make("span", { class: "dep-count" });
        const label = make("label", {}, input, make("span", {}, this.name(value)), count);
        input.addEventListener("change", () => {
          this.chosen[input.checked ? "add" : "delete"](value);
          this.changed();
        });
        this.options.set(value, { label, input, count, text: fold(this.name(value)) });
        list.append(label);
      }
      this.panel.append(list);
    }
  }

  /** One table and its controls. */
  class Registry {
    constructor(box, ordinal) {
      const { columns, facets, words } = JSON.parse(box.dataset.registry);
      Object.assign(this, { box, columns, words });
      this.prefix = ordinal ? `${ordinal + 1}.` : ""; // What this table's parameters in the address begin with.
      this.table = box.querySelector("table");
      this.body = this.table.tBodies[0];
      this.sort = "";
      // On a phone, the columns of a row do not fit side by side.
      this.usual = matchMedia("(max-width: 40rem)").matches ? "cards" : "rows";
      this.view = this.usual;
      this.everything = false;
      this.facets = facets.map((facet) => new Facet(facet, words, () => this.commit(), (opened) => {
        this.select(opened);
        opened.update(true);
      }));
      this.orders = new Map(facets.map(({ key, order }) => [key, new Map(order.map((value, index) => [value, index]))]));
      this.read();
      this.facets.forEach((facet) => facet.offer(this.rows));
      this.addHeadings();
      this.addControls();
      this.visible = new Set(this.rows);
      this.restore();
      addEventListener("popstate", () => this.restore());
      // A printed page holds everything that was found.
      addEventListener("beforeprint", () => this.showAll());
    }

    /** The rows of the table, in groups when there are headings between them. */
    read() {
      this.rows = [];
      this.groups = [];
      for (const row of this.body.rows) {
        const heading = row.classList.contains("dep-group");
        if (heading || !this.groups.length) this.groups.push({ heading: heading ? row : null, rows: [] });
        if (heading) continue;
        const { text = "", summary = "" } = row.dataset;
        const values = new Map(this.facets.map(({ key }) => [key, (row.getAttribute(`data-${key}`) ?? "").split("\n")]));
        const words = [row.textContent, text, summary, ...[...values.values()].flat()].join(" ");
        // A number is found in every form: DEP-0012, DEP-12, 12.
        const entry = { row, values, words: fold(`${words} ${words.replace(/-0+(?=\d)/g, "-")}`) };
        this.rows.push(entry);
        this.groups.at(-1).rows.push(entry);
      }
    }

    /** The headings of the columns become buttons that sort. */
    addHeadings() {
      this.headings = [...this.table.tHead.rows[0].cells].map((cell, index) => {
        const label = cell.textContent.trim();
        const button = make("button", { type: "button", class: "dep-sort" }, label);
        cell.replaceChildren(button);
        button.addEventListener("click", () => {
          const key = this.columns[index];
          this.sort = { [key]: `-${key}`, [`-${key}`]: "" }[this.sort] ?? key;
          this.commit();
        });
        return { cell, label, key: this.columns[index] };
      });
    }

    addControls() {
      const { words } = this;
      const button = (text, act, attributes = {}) => {
        const made = make("button", { type: "button", ...attributes }, text);
        made.addEventListener("click", act);
        return made;
      };
      this.input = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !this.input.value) return;
        event.preventDefault();
        this.input.value = "";
        this.typed();
      });
      this.views = VIEWS.map((view) => button(words[view], () => this.commit(view)));
      this.shown = make("span", { class: "dep-shown" });
      this.clear = button(words.clear, () => this.reset(), { class: "dep-clear" });
      this.announcement = make("p", { class: "dep-announcement", role: "status", "aria-live": "polite" });
      this.controls = make("div", { class: "dep-controls", role: "group", "aria-label": words.label },
        make("label", { class: "dep-search" }, make("span", {}, words.search), this.input),
        make("div", { class: "dep-facets" }, ...this.facets.map((facet) => facet.box)),
        make("div", { class: "dep-views", role: "group", "aria-label": words.view }, ...this.views),
        make("div", { class: "dep-result" }, this.shown, this.clear));
      this.nothing = make("p", { class: "dep-empty", hidden: true }, words.nothing);
      this.more = button(fill(words.all, { total: this.rows.length }), () => {
        const first = this.found[SCREENFUL];
        this.showAll();
        first?.row.querySelector("a")?.focus();
      }, { class: "dep-more", hidden: true });
      this.controls.addEventListener("focusout", ({ relatedTarget }) => {
        // Only one facet is open, and none when the reader has gone on.
        for (const { box } of this.facets) if (box.open && relatedTarget && !box.contains(relatedTarget)) box.open = false;
      });
      document.addEventListener("pointerdown", ({ target }) => {
        for (const { box } of this.facets) if (box.open && !box.contains(target)) box.open = false;
      });
      this.box.prepend(this.controls, this.announcement);
      this.box.append(this.nothing, this.more);
    }

    // --- what the reader does, and the address ---

    typed() {
      this.everything = false;
      this.render();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.remember(), PAUSE);
    }

    commit(view = this.view) {
      this.view = view;
      this.everything = false;
      this.render();
      this.remember();
    }

    showAll() {
      this.everything = true;
      this.render();
    }

    reset() {
      this.input.value = "";
      this.facets.forEach((facet) => facet.chosen.clear());
      this.sort = "";
      this.commit();
      this.input.focus();
    }

    /** The parameters of the address with this table's state among them; what others have put there stays. */
    parameters() {
      const parameters = new URLSearchParams(location.search);
      const put = (name, values) => {
        parameters.delete(this.prefix + name);
        for (const value of values) parameters.append(this.prefix + name, value);
      };
      put("q", this.input.value.trim() ? [this.input.value.trim()] : []);
      for (const facet of this.facets) put(facet.key, facet.chosen);
      put("sort", this.sort ? [this.sort] : []);
      put("view", this.view === this.usual ? [] : [this.view]);
      return parameters.toString();
    }

    remember() {
      clearTimeout(this.timer);
      const wanted = this.parameters();
      if (wanted !== new URLSearchParams(location.search).toString()) {
        history.pushState(null, "", `${location.pathname}${wanted && `?${wanted}`}${location.hash}`);
      }
      this.announcement.textContent = [this.shown.textContent, this.order].filter(Boolean).join(", ");
    }

    restore() {
      clearTimeout(this.timer);
      const parameters = new URLSearchParams(location.search);
      const get = (name) => parameters.get(this.prefix + name) ?? "";
      this.input.value = get("q");
      for (const facet of this.facets) {
        facet.chosen = new Set(parameters.getAll(this.prefix + facet.key).filter((value) => facet.values.includes(value)));
      }
      this.sort = this.columns.includes(get("sort").replace(/^-/, "")) ? get("sort") : "";
      this.view = VIEWS.includes(get("view")) ? get("view") : this.usual;
      this.render();
      this.controls.hidden = this.rows.length <= FEW && this.clear.hidden;
    }

    // --- what is shown ---

    /** The rows that match, and the counts of the open facet (no other's are seen) in the rows that all others accept. */
    select(open = this.facets.find((facet) => facet.box.open)) {
      const words = fold(this.input.value).split(/\s+/).filter(Boolean);
      const others = this.facets.filter((facet) => facet !== open && facet.chosen.size);
      open?.counts.clear();
      this.found = this.groups.flatMap((group) => group.rows).filter((row) => {
        if (!words.every((word) => row.words.includes(word))) return false;
        if (!others.every((facet) => facet.accepts(row))) return false;
        open?.count(row);
        return !open || open.accepts(row);
      });
    }

    /** Bring the rows into order, each group in itself; rows without a value are last either way. */
    arrange() {
      if (this.sort === (this.arranged ?? "")) return;
      const key = this.sort.replace(/^-/, "");
      const sign = this.sort.startsWith("-") ? -1 : 1;
      const index = this.columns.indexOf(key);
      const ranks = this.orders.get(key) ?? new Map();
      const keyed = new Map(this.rows.map((entry) => {
        const text = entry.row.cells[index]?.textContent.trim() ?? "";
        return [entry, { text, rank: ranks.get(entry.values.get(key)?.[0]) ?? ranks.size }];
      }));
      this.original ??= new Map(this.rows.map((entry, place) => [entry, place]));
      for (const group of this.groups) {
        group.rows.sort((one, other) => {
          const [a, b] = [keyed.get(one), keyed.get(other)];
          const empty = !a.text - !b.text;
          const order = key && (empty || sign * (a.rank - b.rank || collator.compare(a.text, b.text)));
          return order || this.original.get(one) - this.original.get(other);
        });
        if (group.heading) this.body.append(group.heading);
        for (const { row } of group.rows) this.body.append(row);
      }
      this.arranged = this.sort;
    }

    render() {
      this.arrange();
      this.select();
      const next = new Set(this.everything ? this.found : this.found.slice(0, SCREENFUL));
      for (const entry of this.visible) if (!next.has(entry)) entry.row.hidden = true;
      let odd = true; // The heading is odd.
      for (const { row } of next) {
        odd = !odd;
        row.hidden = false;
        row.classList.toggle("row-odd", odd);
        row.classList.toggle("row-even", !odd);
        // A card has no headings of columns: its cells say what they are.
        if (this.view === "cards") this.headings.forEach(({ label }, index) => { row.cells[index].dataset.label = label; });
      }
      this.visible = next;
      for (const { heading, rows } of this.groups) if (heading) heading.hidden = !rows.some((entry) => next.has(entry));
      this.facets.forEach((facet) => facet.update());
      this.shown.textContent = fill(this.words.count, { shown: this.found.length, total: this.rows.length });
      this.table.hidden = !this.found.length;
      this.nothing.hidden = this.found.length > 0;
      this.more.hidden = next.size === this.found.length;
      this.more.textContent = fill(this.words.all, { total: this.found.length });
      this.clear.hidden = !(this.input.value || this.sort || this.facets.some((facet) => facet.chosen.size));
      this.box.dataset.view = this.view;
      this.views.forEach((button, index) => button.setAttribute("aria-pressed", VIEWS[index] === this.view));
      this.order = "";
      for (const { cell, key, label } of this.headings) {
        const direction = { [key]: "ascending", [`-${key}`]: "descending" }[this.sort] ?? "none";
        cell.setAttribute("aria-sort", direction);
        if (direction !== "none") this.order = fill(this.words[direction], { column: label });
      }
    }
  }

  document.querySelectorAll(".dep-index[data-registry]").forEach((box, ordinal) => new Registry(box, ordinal));
}
