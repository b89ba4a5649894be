/**
 * A script for a page, which answers what there is against it: texts whose contrast is too low (WCAG 1.4.3), skipped
 * levels of headings, and several or no first headings. Text, not a function, because it runs in the browser.
 */
export const FIND_PAGE_FAULTS = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const toRgba = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    return Array.from(canvas.getImageData(0, 0, 1, 1).data);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((one, i) => (one * a + below[i] * (255 - a)) / 255);
  const toBackground = (element) => {
    if (element === null) return toRgba(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
    return over(toRgba(getComputedStyle(element).backgroundColor), toBackground(element.parentElement));
  };
  const toLuminance = (rgb) => {
    const [r, g, b] = rgb.map((one) => one / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faults = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === "" || !element.checkVisibility() || element.closest(".visually-hidden, noscript")) continue;
    count += 1;
    const background = toBackground(element);
    const [a, b] = [over(toRgba(getComputedStyle(element).color), background), background].map(toLuminance).toSorted((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) faults.push("contrast " + contrast.toFixed(2) + ": " + texts.currentNode.data.trim().slice(0, 40));
  }
  if (count === 0) faults.push("there is no text");
  const levels = Array.from(document.querySelectorAll("h1, h2, h3, h4"), ({ tagName }) => Number(tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.push("first headings: " + levels.join());
  if (levels.some((level, i) => level > (levels[i - 1] ?? 0) + 1)) faults.push("a skipped level: " + levels.join());
  if (document.querySelector("main") === null) faults.push("no main");
  if (document.documentElement.scrollWidth > innerWidth) faults.push("wider than the window");
  return faults;
})()`;
