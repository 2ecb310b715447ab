/* sphinxext_dep: search, facets, sorting and views for tables of proposals.
 *
 * The page as served holds the complete table; this only hides, orders and marks its rows. It makes elements, never
 * markup from text, and writes no style attribute, so it runs under "script-src 'self'; style-src 'self'". It reads the
 * JSON in data-registry of a table's box, and data-… of the rows (sphinxext_dep/sphinx/components/index.py). It is no
 * module, since browsers load none from files, where these pages are read too. Local names are shortened in the file that
 * pages load, properties are not: so what belongs together are functions with variables, not classes.
 */
"use strict";
{
  const FEW = 5; // A table of so few proposals gets no controls; it can be sorted.
  const SCREENFUL = 100; // Rows shown at once: laying out a table costs time for each visible row.
  const STEP = 25; // Rows shown at a key, and added by each step afterwards: more than a window holds.
  const REST = 120; // Milliseconds without a key after which the other rows come, and the words are marked.
  const PAUSE = 400; // Milliseconds without a key after which the address changes and the result is announced.
  const VIEWS = ["rows", "cards", "compact"];
  const MANY = 12; // A facet with more values can be searched itself.
  const NARROW = 576; // Pixels; 36rem in the style sheet.
  const TERM = /[()]|(-)?(?:([\p{L}_][\p{L}\p{N}_-]*):)?((?:"[^"]*"?|[<>]=?\s+|[^\s()"])*)/gu;

  const { compare } = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true, sensitivity: "base" });

  /** Text as the search compares it: without case and accents. */
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();

  /** An element with attributes and children. */
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };

  const div = (name, ...children) => make("div", { class: name }, ...children);

  const button = (text, act, attributes) => {
    const made = make("button", { type: "button", ...attributes }, text);
    made.onclick = act;
    return made;
  };

  /** "{shown} of {total}" with its values. */
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /** The number of proposals in *rows*, in which one may be several times. */
  const different = (rows) => new Set(rows.map(({ id }) => id)).size;

  const pairs = (word) => [...word].map((letter, index) => letter + (word[index + 1] ?? ""));

  /** " Did you mean …?" with the one of *known* that has most pairs of letters in common with *word*: half at least. */
  const suggestion = (word, known, words) => {
    let [best, most] = ["", 0.5];
    const wanted = pairs(word);
    for (const one of known) {
      const found = pairs(fold(one));
      const share = 2 * found.filter((pair) => wanted.includes(pair)).length / (found.length + wanted.length);
      if (share > most) [best, most] = [one, share];
    }
    return best && ` ${fill(words.maybe, { word: best })}`;
  };

  /** Put <mark> around what *pattern*, of one group, finds in the text of *node*. */
  const mark = (node, pattern) => {
    for (const child of [...node.childNodes]) {
      if (child.nodeType !== Node.TEXT_NODE) mark(child, pattern);
      else {
        const parts = child.data.normalize("NFD").split(pattern).map((part) => part.normalize());
        if (parts.length > 1) child.replaceWith(...parts.map((part, index) => (index % 2 ? make("mark", {}, part) : part)));
      }
    }
  };

  /** One facet of *rows*: a disclosure with a checkbox for each value, made when it is first opened. */
  const makeFacet = ({ key, label, order, names }, rows, words, changed, opened) => {
    const chosen = new Set();
    const counts = new Map();
    const options = [];
    const summary = make("summary", {}, label);
    const panel = make("fieldset", {}, make("legend", {}, label));
    const box = make("details", { class: "dep-facet" }, summary, panel);
    let find;
    // Every value that occurs, in the order of the process or of the alphabet; the absence of one is last.
    const held = new Set(rows.flatMap(({ values }) => values.get(key)));
    const others = [...held].filter((value) => value && !order.includes(value)).sort(compare);
    const values = [...order.filter((value) => held.has(value)), ...others, ...(held.has("") ? [""] : [])];
    box.hidden = values.length < 2;

    // Before it opens: the event "toggle" comes later, when the next key may have been pressed already.
    summary.addEventListener("click", () => box.open || opened(facet));
    box.onkeydown = (event) => {
      if (event.key !== "Escape" || !box.open) return;
      box.open = false;
      summary.focus();
      event.preventDefault();
      event.stopPropagation();
    };

    function build() {
      if (values.length > MANY) {
        find = make("input", { type: "search", "aria-label": fill(words.find, { facet: label }) });
        find.oninput = () => facet.update();
        panel.append(find);
      }
      const list = div("dep-options");
      for (const value of values) {
        const input = make("input", { type: "checkbox" });
        const count = make("span", { class: "dep-count" });
        const name = facet.name(value);
        const option = make("label", {}, input, make("span", {}, name), count);
        input.onchange = () => {
          chosen[input.checked ? "add" : "delete"](value);
          changed();
        };
        options.push(() => {
          input.checked = chosen.has(value);
          count.textContent = counts.get(value) ?? 0;
          option.hidden = !(input.checked || (counts.has(value) && fold(name).includes(fold(find?.value ?? ""))));
        });
        list.append(option);
      }
      panel.append(list);
    }

    const facet = {
      key, label, order, values, chosen, counts, box,
      /** A value as the reader sees it; the address holds the value itself, in whatever language the page is. */
      name: (value) => (names[value] ?? value) || words.none,
      accepts: (row) => !chosen.size || row.values.get(key).some((value) => chosen.has(value)),
      update(open = box.open) {
        box.classList.toggle("dep-active", chosen.size);
        if (open && !options.length) build();
        if (open) for (const show of options) show();
      },
    };
    return facet;
  };

  /** The query language of docs/reference/query.md, as far as the page holds the values: a text becomes a predicate. */
  const parse = (text, fields, find, kinds, words) => {
    const marked = []; // Words to look for in titles first.
    const extra = []; // More words to mark.
    const problems = [];
    const tokens = [...text.matchAll(TERM)].filter(([all]) => all);
    const next = (word) => tokens[0]?.[0].toLowerCase() === word;
    const take = (word) => next(word) && tokens.shift();

    function alternatives() {
      const choices = [];
      do choices.push(conjunction()); while (take("or"));
      const given = choices.filter(Boolean);
      return (row) => !given.length || given.some((accepts) => accepts(row));
    }

    function conjunction() {
      const parts = [];
      while (tokens.length && !next(")") && !next("or")) if (!take("and")) parts.push(factor());
      const given = parts.filter(Boolean);
      return given.length && ((row) => given.every((accepts) => accepts(row)));
    }

    function factor(negated = false) {
      if (take("not") || take("-")) return tokens.length && factor(!negated);
      let accepts;
      if (take("(")) {
        accepts = alternatives();
        take(")");
      } else {
        const [, minus, name, rest] = tokens.shift();
        const values = (rest.match(/"[^"]*"?|[^",]+/g) ?? []).map((value) => value.replaceAll('"', "").trim()).filter(Boolean);
        if (minus) negated = !negated;
        // Without a value it is being typed.
        accepts = values.length && (name ? term(name, values, negated) : word(values.join(" "), negated));
      }
      return accepts && negated ? (row) => !accepts(row) : accepts;
    }

    function word(wanted, negated) {
      const folded = fold(wanted);
      if (!negated) marked.push(folded);
      return (row) => row.words.includes(folded);
    }

    function term(name, values, negated) {
      const verb = fold(name);
      if (verb === "is") return (row) => values.some((value) => row.states.includes(fold(value)));
      if (verb === "has" || verb === "no") {
        const keys = values.map((value) => find(value)?.key);
        return (row) => keys.some((key) => Boolean(row.values.get(key)?.some(Boolean)) === (verb === "has"));
      }
      const field = find(name);
      if (!field) {
        problems.push(fill(words.nofield, { name, fields: [...fields.keys()].join(", ") }));
        return word(`${name}:${values.join(",")}`, negated);
      }
      const tests = values.map((value) => test(field, value, negated));
      return (row) => row.values.get(field.key).some((value) => tests.some((accepts) => accepts(value)));
    }

    /** What one value of a field has to be. */
    function test(field, wanted, negated) {
      const { key, label, part, order = [] } = field;
      if (part != null) return range(field, wanted);
      const folded = fold(wanted);
      if (!order.length) {
        const inner = folded.replace(/^@/, "");
        if (!negated) extra.push(inner);
        return (value) => fold(value).includes(inner);
      }
      const known = [...order, ...field.values];
      const named = known.filter((value) => folded === fold(value) || folded === fold(field.name(value)));
      const found = named.length ? named : key === "status" && kinds[folded];
      if (found) return (value) => found.includes(value);
      problems.push(fill(words.unknown, { value: wanted, facet: label }) + suggestion(folded, known, words));
      return () => false;
    }

    /** `12`, `>=12`, `10..20`, `..20`. A row has the places of its first and last value in *order*; a limit need not be
     * in it. A value may lack what begins with *part*: `2026-07` is all of `2026-07-…`. */
    function range({ order, part }, wanted) {
      const [, sign = "", first] = /^([<>]=?)?\s*(.*)$/.exec(wanted);
      const [low, high] = first.includes("..") ? first.split("..") : [first, first];
      // The type has ordered them; only a limit that is not among them is compared as a text. `<4` is just before `4`.
      const count = (text, most) => {
        const limit = text.replace(/^\D+/, "");
        const known = order.findIndex((one) => !compare(one, limit));
        return order.filter((one, index) => (known < 0 ? compare(one.replace(/^\D/, ""), limit) || (one[0] === ">") - (one[0] === "<") : index - known) < most).length;
      };
      const from = count(low, 0);
      const to = high ? count(high + (part && `${part}99`), 1) - 1 : order.length;
      return (value) => {
        if (!value) return false;
        const [start, end = start] = value.split(" ").map(Number);
        if (sign[0] === "<") return sign[1] ? start <= to : start < from;
        if (sign) return sign[1] ? end >= from : end > to;
        return end >= from && start <= to;
      };
    }

    const accepts = alternatives();
    return { text, accepts, problems, words: marked, marks: [...marked, ...extra] };
  };

  const unmark = (entry) => {
    const { row } = entry;
    for (const hit of row.querySelectorAll(".dep-hit")) hit.remove();
    for (const made of row.querySelectorAll("mark")) made.replaceWith(...made.childNodes);
    row.normalize();
    entry.marks = null;
  };

  /** One table: its rows and headings. */
  const makeTable = (box, columns, facets, ranges) => {
    const table = box.querySelector("table");
    const body = table.tBodies[0];
    const groups = [];
    const rows = [];
    const cell = (row, key) => row.cells[columns.indexOf(key)];
    for (const row of body.rows) {
      const heading = row.classList.contains("dep-group");
      if (heading || !groups.length) groups.push({ heading: heading && row, rows: [] });
      if (heading) continue;
      const { text = "", summary = "", is = "" } = row.dataset;
      const lines = (key) => (row.getAttribute(`data-${key}`) ?? "").split("\n");
      const title = cell(row, "title")?.textContent ?? text;
      const number = cell(row, "number")?.textContent ?? text;
      const values = new Map(facets.map(({ key }) => [key, lines(key)]));
      // A number is found in every form: DEP-0012, DEP-12, 12.
      const words = [row.textContent, number.replace(/-0+/, "-"), text, summary, ...[...values.values()].flat()];
      for (const key in ranges) {
        values.set(key, lines(key));
        words.push(...lines(key).map((places) => ranges[key].order[places.split(" ")[0]]));
      }
      values.set("title", [title]).set("summary", [summary]).set("text", [text]);
      const all = words.join(" ");
      const place = rows.length;
      const entry = {
        row, values, place, original: place,
        id: row.querySelector("a")?.getAttribute("href") ?? all, // The same proposal may be in several tables.
        heading: fold(`${number} ${title}`),
        states: is.split(" "),
        words: fold(all),
      };
      rows.push(entry);
      groups.at(-1).rows.push(entry);
    }
    let visible = new Set(rows);
    let arranged = "";
    let top = 0;
    const self = {
      box, table, columns, rows, found: rows,

      /** Bring rows into order, each group in itself; rows without a value are last either way. */
      arrange(sort) {
        if (sort === arranged) return;
        arranged = sort;
        const index = columns.indexOf(sort.replace(/^-/, ""));
        for (const entry of rows) {
          const rank = entry.row.getAttribute("data-order")?.split(",")[index];
          entry.rank = rank ? (sort[0] === "-" ? -rank : +rank) : Infinity;
        }
        for (const group of groups) group.rows.sort((one, other) => one.rank - other.rank || one.original - other.original);
      },

      /** The rows that *accepts* takes, those whose title has all *words* first. */
      select(accepts, words) {
        for (const group of groups) {
          group.found = group.rows.filter(accepts);
          if (words.length) {
            const inTitle = new Set(group.found.filter(({ heading }) => words.every((word) => heading.includes(word))));
            group.found = [...inTitle, ...group.found.filter((entry) => !inTitle.has(entry))];
          }
        }
        self.found = groups.flatMap(({ found }) => found);
      },

      /** Show as many of the rows that were found; what is marked in them is *marks*, or nothing. */
      show(limit, marks) {
        const next = new Set(self.found.slice(0, limit));
        for (const entry of visible) if (!next.has(entry)) entry.row.hidden = true;
        for (const { heading, found } of groups) {
          const shown = found.filter((entry) => next.has(entry));
          // Rows are moved only when they are not in order as they are.
          if (shown.some((entry, index) => index && entry.place < shown[index - 1].place)) {
            const moved = shown.map(({ row }) => row);
            if (heading) heading.after(...moved);
            else body.prepend(...moved);
            top -= shown.length;
            shown.forEach((entry, index) => { entry.place = top + index; });
          }
          for (const entry of shown) {
            if (entry.marks && entry.marks !== marks) unmark(entry);
            entry.row.hidden = false;
          }
          if (heading) heading.hidden = !shown.length;
        }
        visible = next;
        table.tHead.hidden = !next.size;
      },

      /** Mark the words; those that are in no cell are shown in a line below the title, with the field they are in. */
      mark(words, pattern, labels) {
        for (const entry of rows) if (entry.marks && entry.marks !== words) unmark(entry);
        for (const entry of words.length ? visible : []) {
          if (entry.marks) continue;
          entry.marks = words;
          const { row, values } = entry;
          entry.cells ??= fold(row.textContent);
          for (const word of words) {
            if (entry.cells.includes(word)) continue;
            const hidden = labels.map(([key, label]) => [label, values.get(key).join(", ")]);
            const [label, text] = hidden.find(([, value]) => fold(value).includes(word)) ?? [];
            if (!text) continue;
            const start = Math.max(0, fold(text).indexOf(word) - 30);
            const part = (start ? "…" : "") + text.slice(start, start + 90) + (text.length > start + 90 ? "…" : "");
            (cell(row, "title") ?? row.cells[0]).append(make("span", { class: "dep-hit" }, `${label}: ${part}`));
            break;
          }
          mark(row, pattern);
        }
      },
    };
    return self;
  };

  /** One toolbar and the tables that it is for. */
  const makeRegistry = (parts, prefix) => {
    const { box, facets: offered, words, sort: given, language: { names, kinds, ranges } } = parts[0];
    const tables = parts.map((one) => makeTable(one.box, one.columns, offered, ranges));
    const rows = tables.flatMap((table) => table.rows);
    const total = different(rows);
    const facets = offered.map((one) => makeFacet(one, rows, words, () => commit(), (facet) => {
      select(facet);
      facet.update(true);
    }));
    // The fields of a query, by their keys.
    const fields = new Map(["title", "summary", "text"].map((key) => [key, { key }]));
    for (const key in ranges) fields.set(key, { key, ...ranges[key] });
    for (const facet of facets) fields.set(facet.key, facet);
    const labels = [...facets.map(({ key, label }) => [key, label]), ["summary", words.summary], ["text", words.text]];
    const vocabulary = new Set(); // The words of the first *learned* rows.
    let learned = 0;
    const list = `dep-completions-${prefix || 1}`;
    let sort = "";
    let view = VIEWS[0];
    let strange = []; // Values in the address that the table does not have.
    let everything = false;
    let narrow, query, shownCount, ordered, resting, waiting;
    let completed = [];
    let current; // The place of the completion that is chosen.

    // --- the parts of the toolbar ---

    const input = make("input", {
      type: "search", autocomplete: "off", spellcheck: "false", placeholder: words.example,
      "aria-label": words.search, "aria-controls": list, "aria-autocomplete": "list",
    });
    const completions = make("ul", { class: "dep-completions", role: "listbox", id: list, "aria-label": words.label, hidden: "" });
    const search = div("dep-search", input, completions);
    const views = VIEWS.map((one) => button(words[one], () => commit(one)));
    const shown = make("span", { class: "dep-shown" });
    const clear = button(words.clear, () => {
      input.value = sort = "";
      strange = [];
      for (const { chosen } of facets) chosen.clear();
      commit();
      input.focus();
    }, { class: "dep-clear" });
    const announcement = make("p", { class: "dep-announcement", role: "status", "aria-live": "polite" });
    const facetBox = div("dep-facets", ...facets.map((facet) => facet.box));
    const viewBox = make("div", { class: "dep-views", role: "group", "aria-label": words.view }, ...views);
    const order = make("select", {}, make("option", { value: "" }, words.listed));
    const orderBox = make("label", { class: "dep-order" }, words.sort, order);
    const done = button("", () => sheet.close());
    const sheet = make("dialog", { class: "dep-sheet", "aria-label": words.filter }, done);
    const filter = button(words.filter, () => sheet.showModal(), { class: "dep-filter" });
    const chips = div("dep-chips");
    const hint = make("p", { class: "dep-hint", hidden: "" });
    const first = div("dep-line", search, filter, viewBox);
    const second = div("dep-line", facetBox, div("dep-result", shown, clear));
    const controls = make("div", { class: "dep-controls", role: "group", "aria-label": words.label }, first, second, chips, hint, sheet);
    const ends = tables.map((table) => {
      const empty = make("p", { class: "dep-empty", hidden: "" }, words.nothing);
      const more = button("", () => {
        const entry = table.found[SCREENFUL];
        everything = true;
        render();
        entry.row.querySelector("a")?.focus();
      }, { class: "dep-more", hidden: "" });
      table.box.append(empty, more);
      return { table, empty, more };
    });
    // The headings of the columns become buttons that sort.
    const headings = tables.flatMap(({ table, columns }) => [...table.tHead.rows[0].cells].map((cell, index) => {
      const [label, key] = [cell.textContent.trim(), columns[index]];
      cell.replaceChildren(button(label, () => {
        const back = given.replace(/^-/, "") === key ? key : "";
        sort = { [key]: `-${key}`, [`-${key}`]: back }[sort || given] ?? key;
        if (sort === given) sort = "";
        commit();
      }, { class: "dep-sort" }));
      return { cell, label, key };
    }));
    for (const { key, label } of headings.slice(0, tables[0].columns.length)) {
      order.append(make("option", { value: key }, `${label} ↑`), make("option", { value: `-${key}` }, `${label} ↓`));
    }
    order.onchange = () => {
      sort = order.value;
      commit();
    };
    sheet.addEventListener("click", ({ target }) => target === sheet && sheet.close());
    controls.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget) close(relatedTarget);
      if (!search.contains(relatedTarget)) complete([]);
    });
    document.addEventListener("pointerdown", ({ target }) => close(target));
    box.prepend(controls, announcement);

    /** Only one facet is open, and none when the reader has gone on; in the sheet they stay as they are. */
    function close(target) {
      if (!narrow) for (const facet of facets) if (!facet.box.contains(target)) facet.box.open = false;
    }

    /** Follow the width of the box: facets and views are in the toolbar, or in the sheet. */
    function fit() {
      const isNarrow = box.clientWidth < NARROW;
      if (narrow !== isNarrow) {
        narrow = isNarrow;
        if (narrow) sheet.prepend(facetBox, viewBox, orderBox);
        else {
          first.append(orderBox, viewBox);
          second.prepend(facetBox);
          sheet.close();
        }
        filter.hidden = !narrow;
        render();
      }
      // Headings stay below the toolbar, and both below what the theme keeps at the top.
      const bar = document.elementsFromPoint(innerWidth / 2, 1).find((one) => !one.closest(".dep-index") && /sticky|fixed/.test(getComputedStyle(one).position));
      if (bar) for (const one of tables) one.box.style.setProperty("--dep-top", `${bar.offsetHeight}px`);
      // On the box it would be computed for every row.
      tables[0].table.tHead.style.setProperty("--dep-controls", `${controls.offsetHeight}px`);
    }

    const find = (name) => fields.get(fold(name)) ?? fields.get(names[fold(name).replaceAll("-", " ")]);

    // --- completion ---

    /** The part of the text before the cursor that can be completed: its start, the field when it has one, the rest. */
    function part() {
      const before = input.value.slice(0, input.selectionStart);
      const [, name, value] = /(?:([\p{L}_][\p{L}\p{N}_-]*):(?:\S*,)?)?(?<=^|[\s(:,-])("[^"]*|[^\s()",]*)$/u.exec(before);
      return [before.length - value.length, name, fold(value.replace('"', ""))];
    }

    /** Pairs of what is offered, and what it becomes. */
    function suggest() {
      const [, name, value] = part();
      if (!name) return value ? [...fields.keys(), "is", "has", "no"].filter((key) => key.startsWith(value)).map((key) => [`${key}:`, `${key}:`]) : [];
      const field = find(name);
      const known = field?.values?.filter(Boolean).map((one) => [field.name(one), /[\s,()]/.test(one) ? `"${one}" ` : `${one} `]) ?? [];
      return known.filter(([label]) => fold(label).includes(value) && fold(label) !== value).slice(0, 8);
    }

    function complete(found) {
      completed = found;
      current = -1;
      completions.replaceChildren(...found.map(([label, text], index) => {
        const made = make("li", { role: "option", id: `${list}-${index}` }, label);
        made.onpointerdown = (event) => {
          event.preventDefault();
          accept(text);
        };
        return made;
      }));
      completions.hidden = !found.length;
      input.removeAttribute("aria-activedescendant");
    }

    function accept(text) {
      input.setRangeText(text, part()[0], input.selectionStart, "end");
      typed();
    }

    input.onkeydown = (event) => {
      const { key } = event;
      const { length } = completed;
      if (key === "Escape" && length) complete([]);
      else if (key === "Escape" && input.value) {
        input.value = "";
        typed();
      } else if (length && /^Arrow(Up|Down)$/.test(key)) {
        current = (current + (key === "ArrowDown" ? 1 : current < 0 ? 0 : -1) + length) % length;
        [...completions.children].forEach((one, index) => one.setAttribute("aria-selected", index === current));
        input.setAttribute("aria-activedescendant", `${list}-${current}`);
      } else if (key === "Enter" && length && current >= 0) accept(completed[current][1]);
      else return;
      event.preventDefault();
    };

    // --- what the reader does, and the address ---

    const typed = input.oninput = () => {
      everything = false;
      complete(suggest());
      render(STEP);
      clearTimeout(waiting);
      waiting = setTimeout(remember, PAUSE);
    };

    function commit(wanted = view) {
      view = wanted;
      everything = false;
      render();
      remember();
    }

    /** Put the state into the address; the other parameters stay. */
    function remember() {
      clearTimeout(waiting);
      const parameters = new URLSearchParams(location.search);
      const before = `${parameters}`;
      const put = (name, values) => {
        parameters.delete(prefix + name);
        for (const value of values) parameters.append(prefix + name, value);
      };
      const text = input.value.trim();
      put("q", text ? [text] : []);
      for (const { key, chosen } of facets) put(key, chosen);
      put("sort", sort ? [sort] : []);
      put("view", view === VIEWS[0] ? [] : [view]);
      const wanted = `${parameters}`;
      if (wanted !== before) history.pushState(null, "", `${location.pathname}${wanted && `?${wanted}`}${location.hash}`);
      explain();
      announcement.textContent = shown.textContent + (ordered && `, ${ordered}`);
    }

    function restore() {
      clearTimeout(waiting);
      const parameters = new URLSearchParams(location.search);
      const get = (name) => parameters.get(prefix + name) ?? "";
      input.value = get("q");
      strange = [];
      for (const { key, label, values, chosen } of facets) {
        chosen.clear();
        for (const value of parameters.getAll(prefix + key)) {
          if (values.includes(value)) chosen.add(value);
          else strange.push([label, value]);
        }
      }
      sort = get("sort");
      if (sort && !headings.some(({ key }) => key === sort.replace(/^-/, ""))) {
        strange.push([words.sort, sort]);
        sort = "";
      }
      view = VIEWS.includes(get("view")) ? get("view") : VIEWS[0];
      render();
      explain();
      controls.hidden = rows.length <= FEW && clear.hidden && !strange.length;
    }

    // --- what is shown ---

    /** Find rows, and count the values of the open facet (no other's are seen) in the rows that all others accept. */
    function select(open = facets.find((facet) => facet.box.open)) {
      if (query?.text !== input.value) query = parse(input.value, fields, find, kinds, words);
      const others = facets.filter((facet) => facet !== open && facet.chosen.size);
      const counted = new Set();
      open?.counts.clear();
      const wanted = (entry) => {
        if (!query.accepts(entry) || !others.every((facet) => facet.accepts(entry))) return false;
        if (!open) return true;
        if (!counted.has(entry.id)) {
          for (const value of entry.values.get(open.key)) open.counts.set(value, (open.counts.get(value) ?? 0) + 1);
        }
        counted.add(entry.id);
        return open.accepts(entry);
      };
      for (const table of tables) table.select(wanted, sort ? [] : query.words);
      shownCount = different(tables.flatMap(({ found }) => found));
    }

    /** Show what was found, *limit* rows at first; the others come, and the words are marked, when no key was pressed. */
    function render(limit = SCREENFUL) {
      for (const table of tables) table.arrange(sort);
      select();
      for (const { table, empty, more } of ends) {
        table.show(everything ? Infinity : limit, query.marks);
        table.box.dataset.view = view;
        empty.hidden = table.found.length;
        more.hidden = everything || table.found.length <= SCREENFUL;
        more.textContent = fill(words.all, { total: table.found.length });
      }
      clearTimeout(resting);
      resting = setTimeout(settle, REST, everything ? SCREENFUL : limit);
      for (const facet of facets) facet.update();
      shown.textContent = done.textContent = fill(words.count, { shown: shownCount, total });
      hint.hidden = true;
      views.forEach((one, index) => one.setAttribute("aria-pressed", VIEWS[index] === view));
      order.value = sort;
      orderBox.hidden = !narrow && view !== "cards" && given; // Elsewhere headings show the order, and sort.
      const picked = facets.flatMap(({ label, name, chosen }) => [...chosen].map((value) => [`${label}: ${name(value)}`, () => chosen.delete(value)]));
      chips.replaceChildren(...picked.map(([name, remove]) => button(name, () => {
        remove();
        commit();
        (chips.querySelector("button") ?? input).focus();
      }, { class: "dep-chip", "aria-label": fill(words.remove, { name }) })));
      chips.hidden = !picked.length;
      clear.hidden = !(input.value || sort || strange.length || picked.length);
      filter.textContent = words.filter + (picked.length ? ` (${picked.length})` : "");
      ordered = "";
      for (const { cell, key, label } of headings) {
        const direction = { [key]: "ascending", [`-${key}`]: "descending" }[sort || given] ?? "none";
        cell.setAttribute("aria-sort", direction);
        if (direction !== "none" && sort) ordered = fill(words[direction], { column: label });
      }
    }

    /** Mark the words in the rows that are shown, and show more: in steps, so that a key never waits for all. */
    function settle(limit) {
      const { marks } = query;
      const letters = (word) => [...word].map((letter) => `${letter.replace(/[^\p{L}\p{N}]/u, "\\$&")}[\\u0300-\\u036f]*`).join("");
      const pattern = new RegExp(`(${marks.map(letters).join("|")})`, "i");
      for (const table of tables) {
        table.mark(marks, pattern, labels);
        if (limit < SCREENFUL) table.show(limit + STEP, marks);
      }
      if (limit < SCREENFUL) resting = setTimeout(settle, 0, limit + STEP);
    }

    /** Collect the words of all rows, in steps; then the hint can name one that was meant. */
    function learn() {
      for (const row of rows.slice(learned, learned += 500)) for (const word of row.words.match(/[\p{L}\p{N}]+/gu) ?? []) vocabulary.add(word);
      if (learned < rows.length) setTimeout(learn);
      else explain();
    }

    /** Say why a query or an address finds less than its author may have meant. */
    function explain() {
      const hints = strange.map(([facet, value]) => fill(words.unknown, { facet, value }));
      hints.push(...query.problems);
      if (!shownCount && !hints.length) {
        if (!learned) learn();
        for (const word of query.words) {
          if (!rows.some((row) => row.words.includes(word))) hints.push(fill(words.noword, { word }) + suggestion(word, vocabulary, words));
        }
      }
      hint.textContent = hints.join(" ");
      hint.hidden = !hints.length;
    }

    restore();
    fit();
    new ResizeObserver(fit).observe(controls);
    addEventListener("popstate", restore);
    // A printed page holds everything that was found.
    addEventListener("beforeprint", () => {
      everything = true;
      render();
    });
  };

  const boxes = [...document.querySelectorAll(".dep-index[data-registry]")].map((box) => ({ box, ...JSON.parse(box.dataset.registry) }));
  const shared = boxes.filter(({ toolbar }) => !toolbar);
  if (shared.length) makeRegistry(shared, "");
  boxes.forEach((one, ordinal) => one.toolbar && makeRegistry([one], ordinal ? `${ordinal + 1}.` : ""));
}
