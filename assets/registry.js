/* sphinxext_dep: search, facets, sorting and views for tables of proposals.
 *
 * The page as served holds the complete table; this only hides, orders and marks its rows. It makes elements, never
 * markup from text, and writes no style attribute, so it runs under "script-src 'self'; style-src 'self'". It reads the
 * JSON in data-registry of a table's box, and data-… of the rows (sphinxext_dep/sphinx/components/index.py). It is no
 * module, since browsers load none from files, where these pages are read too.
 */
"use strict";
{
  const FEW = 5; // A table of so few proposals gets no controls; it can be sorted.
  const SCREENFUL = 100; // Rows shown at once: laying out a table costs time for each visible row, at every key.
  const REST = 120; // Milliseconds without a key after which the words are marked: that changes a hundred rows.
  const PAUSE = 400; // Milliseconds without a key after which the address changes and the result is announced.
  const VIEWS = ["rows", "cards", "compact"];
  const MANY = 12; // A facet with more values can be searched itself.
  const NARROW = 576; // Pixels; 36rem in the style sheet.
  const TERM = /[()]|(-)?(?:([\p{L}_][\p{L}\p{N}_-]*):)?((?:"[^"]*"?|[<>]=?\s*[^\s()",]+|[^\s()",]+)(?:,(?:"[^"]*"?|[^\s()",]*))*)?/gu;

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

  const div = (name, ...children) => make("div", { class: name }, ...children);

  function button(text, act, attributes = {}) {
    const made = make("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", act);
    return made;
  }

  /** "{shown} of {total}" with its values. */
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

  /** The number of proposals in *rows*, in which one may be several times. */
  const different = (rows) => new Set(rows.map((row) => row.id)).size;

  /** The word of *known* with the least changes from *word*: at most one in three letters. */
  function closest(word, known) {
    let [best, least] = ["", Math.floor(word.length / 3) + 1];
    for (const other of known) {
      if (Math.abs(other.length - word.length) >= least) continue;
      let line = [...Array(other.length + 1).keys()];
      for (let i = 1; i <= word.length; i++) {
        const next = [i];
        for (let j = 1; j <= other.length; j++) {
          next[j] = Math.min(line[j] + 1, next[j - 1] + 1, line[j - 1] + (word[i - 1] !== other[j - 1]));
        }
        line = next;
      }
      if (line[other.length] < least) [best, least] = [other, line[other.length]];
    }
    return best;
  }

  /** Put <mark> around *words* (folded) in the text of *root*. */
  function mark(root, words) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const plain = fold(text.data);
      if (!words.some((word) => plain.includes(word))) continue;
      // Folding can change the number of characters: where each one came from.
      const from = [];
      let folded = "";
      for (let index = 0; index < text.data.length; index++) {
        const part = fold(text.data[index]);
        folded += part;
        for (const _ of part) from.push(index);
      }
      const found = words.flatMap((word) => {
        const start = folded.indexOf(word);
        return start < 0 ? [] : [[from[start], from[start + word.length - 1] + 1]];
      }).sort((one, other) => other[0] - one[0]);
      let limit = Infinity;
      for (const [start, end] of found) {
        if (end > limit) continue;
        limit = start;
        const middle = text.splitText(start);
        middle.splitText(end - start);
        const made = make("mark");
        middle.replaceWith(made);
        made.append(middle);
      }
    }
  }

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
        event.preventDefault();
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

    /** A value as the reader sees it; the address holds the value itself, in whatever language the page is. */
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
      this.box.classList.toggle("dep-active", this.chosen.size > 0);
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
      const list = div("dep-options");
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

  /** The query language of docs/reference/query.md, as far as the page holds the values: a text becomes a predicate. */
  class Query {
    constructor(text, registry) {
      this.registry = registry;
      this.words = []; // Words to mark, and to look for in titles first.
      this.problems = [];
      this.tokens = [...text.matchAll(TERM)].filter(([all]) => all);
      this.accepts = this.alternatives();
    }

    alternatives() {
      const choices = [];
      do choices.push(this.conjunction()); while (this.take("or"));
      const given = choices.filter(Boolean);
      return (entry) => !given.length || given.some((accepts) => accepts(entry));
    }

    conjunction() {
      const parts = [];
      while (this.tokens.length && !this.next(")") && !this.next("or")) {
        if (!this.take("and")) parts.push(this.factor());
      }
      const given = parts.filter(Boolean);
      return given.length ? (entry) => given.every((accepts) => accepts(entry)) : null;
    }

    next(word) {
      return this.tokens[0]?.[0].toLowerCase() === word;
    }

    take(word) {
      return this.next(word) && this.tokens.shift();
    }

    factor(negated = false) {
      const not = this.take("not") || this.take("-");
      if (not) return this.tokens.length ? this.factor(!negated) : null;
      if (this.take("(")) {
        const inner = this.alternatives();
        this.take(")");
        return negated ? (entry) => !inner(entry) : inner;
      }
      const [, minus, name, rest = ""] = this.tokens.shift();
      const values = (rest.match(/"[^"]*"?|[^",]+/g) ?? []).map((value) => value.replaceAll('"', "").trim()).filter(Boolean);
      const not_ = negated !== Boolean(minus);
      const accepts = name ? this.term(name, values, not_) : this.word(fold(values.join(" ")), not_);
      return accepts && not_ ? (entry) => !accepts(entry) : accepts;
    }

    word(word, negated) {
      if (!word) return null;
      if (!negated) this.words.push(word);
      return (entry) => entry.words.includes(word);
    }

    term(name, values, negated) {
      const { fields, words } = this.registry;
      const folded = fold(name);
      if (!values.length) return null; // It is being typed.
      if (folded === "is") return (entry) => values.some((value) => entry.states.includes(fold(value)));
      if (folded === "has" || folded === "no") {
        const keys = values.map((value) => this.field(value)?.key);
        return (entry) => keys.some((key) => !this.values(entry, key).some(Boolean) === (folded === "no"));
      }
      const field = this.field(name);
      if (!field) {
        const names = [...fields.keys()].join(", ");
        this.problems.push(fill(words.nofield, { name, fields: names }));
        return this.word(fold(`${name}:${values.join(",")}`), negated);
      }
      const tests = values.map((value) => this.test(field, value, negated));
      return (entry) => this.values(entry, field.key).some((value) => tests.some((test) => test(value)));
    }

    field(name) {
      return this.registry.field(name);
    }

    values(entry, key) {
      return entry.values.get(key) ?? [entry[key] ?? ""];
    }

    /** What one value of a field has to be. */
    test(field, wanted, negated) {
      const folded = fold(wanted);
      if (field.type === "one") {
        const { kinds, words } = this.registry;
        const names = new Map([...field.order, ...field.values].map((value) => [fold(value), value]));
        for (const value of field.order) names.set(fold(field.name(value)), value);
        const kind = field.key === "status" && !names.has(folded) ? kinds[folded] : null;
        if (kind) return (value) => kind.includes(value);
        if (names.has(folded)) return (value) => value === names.get(folded);
        const near = closest(folded, names.keys());
        this.problems.push(fill(words.unknown, { value: wanted, facet: field.label })
          + (near ? ` ${fill(words.maybe, { word: names.get(near) })}` : ""));
        return () => false;
      }
      if (field.type === "number" || field.type === "date") return this.range(wanted, field.type === "number");
      const text = field.type === "people" ? folded.replace(/^@/, "") : folded;
      if (!negated) this.registry.extra.push(text);
      return (value) => fold(value).includes(text);
    }

    /** `12`, `>=12`, `10..20`, `..20`; dates may end early: `2026-07`. */
    range(text, numbers) {
      const [, sign = "", first] = /^([<>]=?)?\s*(.*)$/.exec(text);
      const [low, high] = first.includes("..") ? first.split("..") : [first, first];
      const read = numbers ? (value) => Number(/\d+/.exec(value) ?? NaN) : (value) => value;
      const [from, to] = [read(low), numbers ? read(high) : `${high}\uffff`];
      return (value) => {
        if (!value) return false;
        const found = read(value);
        if (sign) return sign[0] === "<" ? found < (sign[1] ? to : from) : (sign[1] ? found >= from : found > to);
        return (!low || found >= from) && (!high || found <= to);
      };
    }
  }

  /** One table: its rows and headings. */
  class Table {
    constructor(box, columns, facets, dates) {
      Object.assign(this, { box, columns });
      this.table = box.querySelector("table");
      this.body = this.table.tBodies[0];
      this.rows = [];
      this.groups = [];
      for (const row of this.body.rows) {
        const heading = row.classList.contains("dep-group");
        if (heading || !this.groups.length) this.groups.push({ heading: heading ? row : null, rows: [] });
        if (heading) continue;
        const { text = "", summary = "", is = "" } = row.dataset;
        const get = (key) => row.getAttribute(`data-${key}`) ?? this.cell(row, key)?.textContent.trim() ?? "";
        const values = new Map(facets.map(({ key }) => [key, (row.getAttribute(`data-${key}`) ?? "").split("\n")]));
        for (const key of dates) values.set(key, [get(key)]);
        const words = [row.textContent, text, summary, ...[...values.values()].flat()].join(" ");
        const title = this.cell(row, "title")?.textContent ?? text;
        const number = this.cell(row, "number")?.textContent ?? text;
        // A number is found in every form: DEP-0012, DEP-12, 12.
        const found = fold(`${words} ${words.replace(/-0+(?=\d)/g, "-")}`);
        const id = row.querySelector("a")?.href ?? words; // The same proposal may be in several tables.
        this.rows.push({ row, id, values, summary, title, number, text, heading: fold(`${number} ${title}`), states: is.split(" "), words: found });
        this.groups.at(-1).rows.push(this.rows.at(-1));
      }
      this.rows.forEach((entry, place) => Object.assign(entry, { original: place, place }));
      this.everything = false;
      this.visible = new Set(this.rows);
      this.marked = [];
    }

    cell(row, key) {
      return row.cells[this.columns.indexOf(key)];
    }

    /** Bring rows into order, each group in itself; rows without a value are last either way. */
    arrange(sort, ranks) {
      if (sort === (this.arranged ?? "")) return;
      const key = sort.replace(/^-/, "");
      const sign = sort.startsWith("-") ? -1 : 1;
      const index = this.columns.indexOf(key);
      const rank = ranks.get(key) ?? new Map();
      const keyed = new Map(this.rows.map((entry) => {
        const text = entry.row.cells[index]?.textContent.trim() ?? "";
        return [entry, { text, rank: rank.get(entry.values.get(key)?.[0]) ?? rank.size }];
      }));
      for (const { rows } of this.groups) {
        rows.sort((one, other) => {
          const [a, b] = [keyed.get(one), keyed.get(other)];
          const order = index >= 0 && (!a.text - !b.text || sign * (a.rank - b.rank || collator.compare(a.text, b.text)));
          return order || one.original - other.original;
        });
      }
      this.arranged = sort;
    }

    /** The rows that *accepts* takes, those whose title has all *words* first. */
    select(accepts, words) {
      for (const group of this.groups) {
        group.found = group.rows.filter(accepts);
        if (!words.length) continue;
        const inTitle = (entry) => words.every((word) => entry.heading.includes(word));
        group.found = [...group.found.filter(inTitle), ...group.found.filter((entry) => !inTitle(entry))];
      }
      this.found = this.groups.flatMap(({ found }) => found);
    }

    show() {
      const next = new Set(this.everything ? this.found : this.found.slice(0, SCREENFUL));
      this.unmark();
      for (const entry of this.visible) if (!next.has(entry)) entry.row.hidden = true;
      let odd = true; // The heading is odd.
      for (const { heading, found } of this.groups) {
        const shown = found.filter((entry) => next.has(entry));
        // Rows are moved only when they are not in order as they are.
        if (shown.some((entry, index) => index && entry.place < shown[index - 1].place)) {
          if (heading) heading.after(...shown.map(({ row }) => row));
          else this.body.prepend(...shown.map(({ row }) => row));
          this.first = (this.first ?? 0) - shown.length;
          shown.forEach((entry, index) => { entry.place = this.first + index; });
        }
        for (const entry of shown) {
          odd = !odd;
          entry.row.hidden = false;
          entry.row.classList.toggle("row-odd", odd);
          entry.row.classList.toggle("row-even", !odd);
        }
        if (heading) heading.hidden = !shown.length;
      }
      this.visible = next;
      this.table.hidden = !this.found.length;
    }

    unmark() {
      for (const { row } of this.marked) {
        for (const hit of row.querySelectorAll(".dep-hit")) hit.remove();
        for (const made of row.querySelectorAll("mark")) made.replaceWith(...made.childNodes);
        row.normalize();
      }
      this.marked = [];
    }

    /** Mark the words; those that are in no cell are shown in a line below the title, with the field they are in. */
    mark(entry, words, labels) {
      entry.cells ??= fold(entry.row.textContent);
      const elsewhere = words.filter((word) => !entry.cells.includes(word));
      for (const word of elsewhere) {
        const hidden = [...labels].map(([key, label]) => [label, (entry.values.get(key) ?? [entry[key] ?? ""]).join(", ")]);
        const [label, text] = hidden.find(([, value]) => fold(value).includes(word)) ?? [];
        if (!text) continue;
        const start = Math.max(0, fold(text).indexOf(word) - 30);
        const part = (start ? "…" : "") + text.slice(start, start + 90) + (text.length > start + 90 ? "…" : "");
        (this.cell(entry.row, "title") ?? entry.row.cells[0]).append(make("span", { class: "dep-hit" }, `${label}: ${part}`));
        break;
      }
      mark(entry.row, words);
      this.marked.push(entry);
    }
  }

  /** One toolbar and the tables that it is for. */
  class Registry {
    constructor(boxes, prefix) {
      const read = boxes.map((box) => JSON.parse(box.dataset.registry));
      const { facets, words, sort, language } = read[0];
      Object.assign(this, { boxes, words, prefix, given: sort, ...language });
      this.facets = facets.map((facet) => new Facet(facet, words, () => this.commit(), (opened) => {
        this.select(opened);
        opened.update(true);
      }));
      this.tables = read.map(({ columns }, index) => new Table(boxes[index], columns, facets, this.dates));
      this.rows = this.tables.flatMap(({ rows }) => rows);
      this.of = different(this.rows);
      this.facets.forEach((facet) => facet.offer(this.rows));
      this.ranks = new Map(facets.map(({ key, order }) => [key, new Map(order.map((value, index) => [value, index]))]));
      // The fields of a query, by their keys.
      this.fields = new Map(["title", "summary", "text"].map((key) => [key, { key, type: "text" }]));
      this.fields.set("number", { key: "number", type: "number" });
      for (const key of this.dates) this.fields.set(key, { key, type: "date" });
      for (const facet of this.facets) {
        facet.type = facet.order.length ? "one" : "people";
        this.fields.set(facet.key, facet);
      }
      this.labels = new Map([...this.facets.map(({ key, label }) => [key, label]), ["summary", words.summary], ["text", words.text]]);
      this.headings = this.tables.flatMap((table) => this.addHeadings(table));
      this.sort = "";
      this.view = "rows";
      this.addControls();
      this.restore();
      this.fit();
      new ResizeObserver(() => this.fit()).observe(this.controls);
      addEventListener("popstate", () => this.restore());
      // A printed page holds everything that was found.
      addEventListener("beforeprint", () => this.showAll());
    }

    /** The headings of the columns become buttons that sort. */
    addHeadings({ table, columns }) {
      return [...table.tHead.rows[0].cells].map((cell, index) => {
        const [label, key] = [cell.textContent.trim(), columns[index]];
        cell.replaceChildren(button(label, () => {
          const { given } = this;
          const now = this.sort || given;
          const back = [key, `-${key}`].includes(given) ? key : "";
          this.sort = { [key]: `-${key}`, [`-${key}`]: back }[now] ?? key;
          if (this.sort === given) this.sort = "";
          this.commit();
        }, { class: "dep-sort" }));
        return { cell, label, key };
      });
    }

    addControls() {
      const { words } = this;
      const [box] = this.boxes;
      const list = `dep-completions-${this.prefix || "1"}`;
      this.input = make("input", {
        type: "search", autocomplete: "off", spellcheck: "false", placeholder: words.example,
        "aria-label": words.search, "aria-controls": list, "aria-autocomplete": "list",
      });
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.completions = make("ul", { class: "dep-completions", role: "listbox", id: list, "aria-label": words.label, hidden: true });
      this.views = VIEWS.map((view) => button(words[view], () => this.commit(view)));
      this.shown = make("span", { class: "dep-shown" });
      this.clear = button(words.clear, () => this.reset(), { class: "dep-clear" });
      this.announcement = make("p", { class: "dep-announcement", role: "status", "aria-live": "polite" });
      this.facetBox = div("dep-facets", ...this.facets.map((facet) => facet.box));
      this.viewBox = make("div", { class: "dep-views", role: "group", "aria-label": words.view }, ...this.views);
      this.order = make("select", {}, make("option", { value: "" }, words.listed));
      for (const { key, label } of this.headings.slice(0, this.tables[0].columns.length)) {
        this.order.append(make("option", { value: key }, `${label} ↑`), make("option", { value: `-${key}` }, `${label} ↓`));
      }
      this.order.addEventListener("change", () => {
        this.sort = this.order.value;
        this.commit();
      });
      this.orderBox = make("label", { class: "dep-order" }, words.sort, this.order);
      this.done = button("", () => this.sheet.close());
      this.sheet = make("dialog", { class: "dep-sheet", "aria-label": words.filter }, this.done);
      this.filter = button(words.filter, () => this.sheet.showModal(), { class: "dep-filter" });
      this.sheet.addEventListener("click", ({ target }) => target === this.sheet && this.sheet.close());
      this.chips = div("dep-chips");
      this.hint = make("p", { class: "dep-hint", hidden: true });
      this.lines = [
        div("dep-line", div("dep-search", this.input, this.completions), this.filter, this.viewBox),
        div("dep-line", this.facetBox, div("dep-result", this.shown, this.clear))];
      this.controls = make("div", { class: "dep-controls", role: "group", "aria-label": words.label }, ...this.lines, this.chips, this.hint, this.sheet);
      this.empty = this.tables.map(() => make("p", { class: "dep-empty", hidden: true }));
      this.more = this.tables.map((table) => button("", () => {
        const first = table.found[SCREENFUL];
        table.everything = true;
        this.render();
        first?.row.querySelector("a")?.focus();
      }, { class: "dep-more", hidden: true }));
      this.controls.addEventListener("focusout", ({ relatedTarget }) => {
        if (relatedTarget) this.close(relatedTarget);
        if (!this.completions.parentNode.contains(relatedTarget)) this.complete([]);
      });
      document.addEventListener("pointerdown", ({ target }) => this.close(target));
      box.prepend(this.controls, this.announcement);
      this.tables.forEach((table, index) => table.box.append(this.empty[index], this.more[index]));
    }

    /** Only one facet is open, and none when the reader has gone on; in the sheet they stay as they are. */
    close(target) {
      if (!this.narrow) for (const { box } of this.facets) if (!box.contains(target)) box.open = false;
    }

    /** Follow the width of the box: facets and views are in the toolbar, or in the sheet. */
    fit() {
      const { controls, sheet } = this;
      const [box] = this.boxes;
      const narrow = box.clientWidth < NARROW;
      if (narrow !== this.narrow) {
        this.narrow = narrow;
        if (narrow) sheet.prepend(this.facetBox, this.viewBox, this.orderBox);
        else {
          this.lines[0].append(this.orderBox, this.viewBox);
          this.lines[1].prepend(this.facetBox);
          sheet.close();
        }
        this.filter.hidden = !narrow;
        this.render();
      }
      // Headings stay below the toolbar, and both below what the theme keeps at the top.
      const { left, width } = box.getBoundingClientRect();
      const bar = document.elementsFromPoint(left + width / 2, 1).find((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position));
      for (const { box: one } of this.tables) {
        if (bar && !one.contains(bar)) one.style.setProperty("--dep-top", `${bar.offsetHeight}px`);
        one.style.setProperty("--dep-controls", `${one === box ? controls.offsetHeight : 0}px`);
      }
    }

    /** The field of a name: `author` is `authors`, and `reviewer` is `required-reviewers`. */
    field(name) {
      const folded = fold(name).replaceAll("-", " ");
      const forms = [folded, `${folded}s`, `required ${folded}`, `required ${folded}s`];
      return this.fields.get(fold(name)) ?? this.fields.get(this.names[forms.find((form) => form in this.names)]);
    }

    // --- completion ---

    /** The part of the text before the cursor that can be completed: its start, the field when it has one, the rest. */
    part() {
      const before = this.input.value.slice(0, this.input.selectionStart);
      const [all, name, value] = /(?:([\p{L}_][\p{L}\p{N}_-]*):(?:[^\s]*,)?)?(?<=^|[\s(:,-])("[^"]*|[^\s()",]*)$/u.exec(before);
      return { start: before.length - value.length, field: name && this.field(name), name, value: fold(value.replace('"', "")), all };
    }

    suggest() {
      const { field, name, value } = this.part();
      if (name) {
        const names = field?.values?.filter(Boolean).map((one) => [field.name(one), one]) ?? [];
        const found = names.filter(([label]) => fold(label).includes(value) && fold(label) !== value).slice(0, 8);
        return found.map(([label, one]) => [label, /[\s,()]/.test(one) ? `"${one}" ` : `${one} `]);
      }
      if (!value) return [];
      return [...this.fields.keys(), "is", "has", "no"].filter((key) => key.startsWith(value)).map((key) => [`${key}:`, `${key}:`]);
    }

    complete(found) {
      this.found = found;
      this.chosen = -1;
      this.completions.replaceChildren(...found.map(([label, text], index) => {
        const made = make("li", { role: "option", id: `${this.completions.id}-${index}` }, label);
        made.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.accept(text);
        });
        return made;
      }));
      this.completions.hidden = !found.length;
      this.input.removeAttribute("aria-activedescendant");
    }

    accept(text) {
      const { start } = this.part();
      const end = this.input.selectionStart;
      this.input.setRangeText(text, start, end, "end");
      this.typed();
    }

    key(event) {
      const { length } = this.found ?? [];
      if (event.key === "Escape") {
        if (!length && !this.input.value) return;
        event.preventDefault();
        if (length) this.complete([]);
        else {
          this.input.value = "";
          this.typed();
        }
      } else if (length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
        event.preventDefault();
        this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : this.chosen < 0 ? 0 : -1) + length) % length;
        [...this.completions.children].forEach((one, index) => one.setAttribute("aria-selected", index === this.chosen));
        this.input.setAttribute("aria-activedescendant", `${this.completions.id}-${this.chosen}`);
      } else if (event.key === "Enter" && length && this.chosen >= 0) {
        event.preventDefault();
        this.accept(this.found[this.chosen][1]);
      }
    }

    // --- what the reader does, and the address ---

    typed() {
      for (const table of this.tables) table.everything = false;
      this.complete(this.suggest());
      this.render();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.remember(), PAUSE);
    }

    mark() {
      const { marks } = this.query;
      for (const table of this.tables) {
        table.unmark();
        for (const entry of marks.length ? table.visible : []) table.mark(entry, marks, this.labels);
      }
    }

    commit(view = this.view) {
      this.view = view;
      for (const table of this.tables) table.everything = false;
      this.render();
      this.remember();
    }

    showAll() {
      for (const table of this.tables) table.everything = true;
      this.render();
    }

    reset() {
      this.input.value = "";
      for (const facet of this.facets) facet.chosen.clear();
      this.sort = "";
      this.strange = [];
      this.commit();
      this.input.focus();
    }

    /** The parameters of the address with this table's state among them; others stay. */
    parameters() {
      const parameters = new URLSearchParams(location.search);
      const put = (name, values) => {
        parameters.delete(this.prefix + name);
        for (const value of values) parameters.append(this.prefix + name, value);
      };
      put("q", this.input.value.trim() ? [this.input.value.trim()] : []);
      for (const facet of this.facets) put(facet.key, facet.chosen);
      put("sort", this.sort ? [this.sort] : []);
      put("view", this.view === "rows" ? [] : [this.view]);
      return parameters.toString();
    }

    remember() {
      clearTimeout(this.timer);
      const wanted = this.parameters();
      if (wanted !== new URLSearchParams(location.search).toString()) {
        history.pushState(null, "", `${location.pathname}${wanted && `?${wanted}`}${location.hash}`);
      }
      this.explain();
      this.announcement.textContent = [this.shown.textContent, this.ordered].filter(Boolean).join(", ");
    }

    restore() {
      clearTimeout(this.timer);
      const parameters = new URLSearchParams(location.search);
      const get = (name) => parameters.get(this.prefix + name) ?? "";
      this.input.value = get("q");
      this.strange = []; // Values in the address that the table does not have.
      for (const facet of this.facets) {
        const wanted = parameters.getAll(this.prefix + facet.key);
        facet.chosen = new Set(wanted.filter((value) => facet.values.includes(value)));
        this.strange.push(...wanted.filter((value) => !facet.values.includes(value)).map((value) => [facet.label, value]));
      }
      const columns = this.tables.flatMap((table) => table.columns);
      this.sort = columns.includes(get("sort").replace(/^-/, "")) ? get("sort") : "";
      if (get("sort") && !this.sort) this.strange.push([this.words.sort, get("sort")]);
      this.view = VIEWS.includes(get("view")) ? get("view") : "rows";
      this.render();
      this.explain();
      this.controls.hidden = this.rows.length <= FEW && this.clear.hidden && !this.strange.length;
    }

    // --- what is shown ---

    /** Find rows, and count the values of the open facet (no other's are seen) in the rows that all others accept. */
    select(open = this.facets.find((facet) => facet.box.open)) {
      this.extra = [];
      if (this.query?.text !== this.input.value) {
        this.query = new Query(this.input.value, this);
        this.query.text = this.input.value;
        this.query.marks = [...this.query.words, ...this.extra];
      }
      const { accepts, words } = this.query;
      const others = this.facets.filter((facet) => facet !== open && facet.chosen.size);
      open?.counts.clear();
      const counted = new Set();
      const wanted = (entry) => {
        if (!accepts(entry) || !others.every((facet) => facet.accepts(entry))) return false;
        if (!counted.has(entry.id)) open?.count(entry);
        counted.add(entry.id);
        return !open || open.accepts(entry);
      };
      for (const table of this.tables) table.select(wanted, this.sort ? [] : words);
      this.total = different(this.tables.flatMap((table) => table.found));
    }

    render() {
      for (const table of this.tables) table.arrange(this.sort, this.ranks);
      this.select();
      const { words } = this;
      this.tables.forEach((table, index) => {
        table.show();
        table.box.dataset.view = this.view;
        this.empty[index].hidden = table.found.length > 0;
        this.empty[index].textContent = words.nothing;
        this.more[index].hidden = table.visible.size === table.found.length;
        this.more[index].textContent = fill(words.all, { total: table.found.length });
      });
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.mark(), REST);
      this.facets.forEach((facet) => facet.update());
      this.shown.textContent = fill(words.count, { shown: this.total, total: this.of });
      this.done.textContent = this.shown.textContent;
      this.clear.hidden = !(this.input.value || this.sort || this.strange.length || this.facets.some((facet) => facet.chosen.size));
      this.hint.hidden = true;
      this.views.forEach((one, index) => one.setAttribute("aria-pressed", VIEWS[index] === this.view));
      this.order.value = this.sort;
      this.orderBox.hidden = !this.narrow && this.view !== "cards"; // Elsewhere there are the headings.
      const chips = this.facets.flatMap((facet) => [...facet.chosen].map((value) => [facet.label, facet.name(value), () => facet.chosen.delete(value)]));
      this.chips.replaceChildren(...chips.map(([label, name, remove]) => button(`${label}: ${name}`, () => {
        remove();
        this.commit();
        (this.chips.querySelector("button") ?? this.input).focus();
      }, { class: "dep-chip", "aria-label": fill(words.remove, { name: `${label}: ${name}` }) })));
      this.chips.hidden = !chips.length;
      this.filter.textContent = words.filter + (chips.length ? ` (${chips.length})` : "");
      this.ordered = "";
      const sort = this.sort || this.given;
      for (const { cell, key, label } of this.headings) {
        const direction = { [key]: "ascending", [`-${key}`]: "descending" }[sort] ?? "none";
        cell.setAttribute("aria-sort", direction);
        if (direction !== "none" && this.sort) this.ordered = fill(words[direction], { column: label });
      }
    }

    /** Say why a query or an address finds less than its author may have meant. */
    explain() {
      const { words } = this;
      const hints = this.strange.map(([facet, value]) => fill(words.unknown, { facet, value }));
      hints.push(...this.query.problems);
      if (!this.total && !hints.length) {
        const all = this.rows.map((entry) => entry.words).join(" ");
        const missing = this.query.words.filter((word) => !all.includes(word));
        for (const word of missing) {
          const near = closest(word, new Set(all.match(/[\p{L}\p{N}]+/gu)));
          hints.push(fill(words.noword, { word }) + (near ? ` ${fill(words.maybe, { word: near })}` : ""));
        }
      }
      this.hint.textContent = hints.join(" ");
      this.hint.hidden = !hints.length;
    }
  }

  const boxes = [...document.querySelectorAll(".dep-index[data-registry]")];
  const own = (box) => JSON.parse(box.dataset.registry).toolbar;
  const shared = boxes.filter((box) => !own(box));
  if (shared.length) new Registry(shared, "");
  boxes.forEach((box, ordinal) => own(box) && new Registry([box], ordinal ? `${ordinal + 1}.` : ""));
}
