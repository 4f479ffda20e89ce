"use strict";
// Runs inside a page that Chromium has laid out in a frame, and tells the page around it what lies where it should not:
// text over text, text outside of its box or its picture, anything wider than the window, lines through boxes.
addEventListener("load", () => {
  const found = [];
  const say = (text) => found.length < 40 && found.push(text);
  const shown = (text) => JSON.stringify(text.trim().slice(0, 40));
  const page = document.documentElement;

  if (page.scrollWidth > innerWidth) say(`the page is ${page.scrollWidth} wide in a window of ${innerWidth}`);

  // Every piece of text, as the rectangles that its lines take. What a region hides until it is scrolled is compared
  // with what is in the same region only.
  const texts = [];
  const walker = document.createTreeWalker(document.body ?? page, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest("title, desc, style, script")) continue;
    if (!holder.checkVisibility() || heard(holder)) continue;
    const region = holder.closest(".scroll");
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      if (!region && (box.right > innerWidth + 1 || box.left < -1)) say(`${shown(node.data)} leaves the window`);
      // A line is higher than its letters: what overlaps by a fifth does not touch.
      const slack = Math.min(3, box.height / 5);
      texts.push({ text: node.data, holder, region, left: box.left + 0.5, right: box.right - 0.5, top: box.top + slack, bottom: box.bottom - slack });
    }
  }
  texts.sort((one, other) => one.top - other.top);
  texts.forEach((one, at) => {
    for (let next = at + 1; next < texts.length && texts[next].top < one.bottom; next++) {
      const other = texts[next];
      if (one.region !== other.region || one.holder === other.holder) continue;
      if (one.left < other.right && other.left < one.right) say(`${shown(one.text)} lies on ${shown(other.text)}`);
    }
  });

  // Nothing is cut off: what holds text is as wide as the text.
  for (const element of document.querySelectorAll("h1, h2, h3, p, li, td, th, label, legend, .health")) {
    if (!element.checkVisibility() || heard(element)) continue;
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
      say(`${shown(element.textContent)} is ${element.scrollWidth} wide in ${element.clientWidth}`);
    }
  }

  // Pictures: text inside of them, and inside of the box that it is written in.
  for (const svg of document.querySelectorAll("svg.picture")) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    for (const text of svg.querySelectorAll("text")) {
      const at = text.getBoundingClientRect();
      if (at.left < frame.left - 1 || at.right > frame.right + 1 || at.top < frame.top - 1 || at.bottom > frame.bottom + 1) {
        say(`${shown(text.textContent)} leaves its picture`);
      }
      const box = text.parentElement.querySelector("rect.box")?.getBoundingClientRect();
      const inside = box && at.top > box.top - 1 && at.bottom < box.bottom + 1;
      if (inside && at.left > box.left && at.left < box.right && at.right > box.right + 1) {
        say(`${shown(text.textContent)} is longer than its box`);
      }
    }
    lines(svg, say);
  }

  const boxes = document.querySelectorAll("rect.box").length;
  parent.postMessage(`MEASURED ${innerWidth} wide, ${texts.length} texts, ${boxes} boxes, ${found.length} wrong\n${found.join("\n")}\nEND`, "*");
});

// True for heads of tables that are there for those who hear the page, and that nobody sees.
function heard(element) {
  const head = element.closest("thead");
  return head !== null && getComputedStyle(head).position === "absolute";
}

// No line of a graph runs through a box that is not one of its ends.
function lines(svg, say) {
  const boxes = [...svg.querySelectorAll("g > rect.box")].map((box) => box.getBBox());
  const inside = (box, at) => at.x > box.x + 1 && at.x < box.x + box.width - 1 && at.y > box.y + 1 && at.y < box.y + box.height - 1;
  const columns = new Map();
  for (const box of boxes) {
    for (let column = Math.floor(box.x / 100); column <= Math.floor((box.x + box.width) / 100); column++) {
      columns.set(column, [...(columns.get(column) ?? []), box]);
    }
  }
  for (const path of svg.querySelectorAll("path.edge")) {
    const length = path.getTotalLength();
    for (let at = 0; at <= length; at += 12) {
      const point = path.getPointAtLength(at);
      if ((columns.get(Math.floor(point.x / 100)) ?? []).some((box) => inside(box, point))) {
        say(`a line runs through a box: ${path.textContent.trim()}`);
        break;
      }
    }
  }
}
