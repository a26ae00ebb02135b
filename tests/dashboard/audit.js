// What tests/dashboard/audit.py asks of a page, inside the browser: an object of three functions.
({
faults: () => {
  const faults = [];
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const where = (node) => `${node.tagName.toLowerCase()}${node.id ? "#" + node.id : ""}.${node.getAttribute("class") ?? ""} `
    + JSON.stringify((node.textContent ?? "").trim().slice(0, 30));

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  // Every ground the text may stand on: the nearest opaque colour, and the tints of bars on the way to it.
  const grounds = (node) => {
    const found = [];
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const tint = style.getPropertyValue("--tint").trim();
      if (style.backgroundImage.includes("gradient") && tint) {
        const probe = Object.assign(document.createElement("i"), {});
        probe.style.color = tint;
        at.append(probe);
        found.push(rgba(getComputedStyle(probe).color));
        probe.remove();
      }
      const color = rgba(style.backgroundColor);
      if (color[3] === 255) return [...found, color];
    }
    return [...found, [255, 255, 255, 255]];
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || seen.has(node) || !shown(node)) continue;
    if (node.closest(":disabled, option, script, style, .out-of-sight, .skip")) continue;
    seen.add(node);
    const style = getComputedStyle(node);
    const color = rgba(node.closest("svg") ? style.fill : style.color);
    const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    for (const ground of grounds(node)) {
      const found = contrast(color, ground);
      if (found < (isLarge ? 3 : 4.5)) faults.push(`contrast ${found.toFixed(2)}: ${where(node)}`);
    }
  }

  for (const node of document.querySelectorAll("button, a, input, select, textarea, [tabindex='0']")) {
    if (!shown(node) || node.closest("[aria-hidden=true]")) continue;
    const labels = [...(node.labels ?? [])].map((label) => label.textContent).join("");
    const named = node.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent).join("");
    const isText = ["BUTTON", "A"].includes(node.tagName);
    if (!(node.getAttribute("aria-label") || named || labels || (isText && node.textContent) || "").trim()) faults.push(`no name: ${where(node)}`);
    const { width, height } = node.getBoundingClientRect();
    const isInline = node.tagName === "A" && getComputedStyle(node).display === "inline";
    const label = node.labels?.[0]?.getBoundingClientRect();
    if (!isInline && Math.min(width, height) < 24 && !(label && Math.min(label.width, label.height) >= 24)) {
      faults.push(`target ${width.toFixed(0)} x ${height.toFixed(0)}: ${where(node)}`);
    }
  }

  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`id twice: ${id}`);
  for (const node of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    for (const id of `${node.getAttribute("aria-describedby") ?? ""} ${node.getAttribute("aria-labelledby") ?? ""}`.trim().split(" ")) {
      if (!document.getElementById(id)) faults.push(`described by nothing: ${where(node)} ${id}`);
    }
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("there is not one h1");
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  for (const table of document.querySelectorAll("table")) {
    if ([...table.querySelectorAll("thead th")].some((cell) => !cell.scope || !cell.textContent.trim())) faults.push(`a column without name or scope: ${where(table)}`);
  }
  return faults;
},

tooWide: () => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const found = [...document.body.querySelectorAll("*")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1);
  return ["the page", ...found.slice(0, 5).map((node) => `${node.tagName}#${node.id}.${node.getAttribute("class")}`)];
},

focused: () => {
  const node = document.activeElement;
  const label = node.labels?.[0];
  const visible = [node, label].some((one) => one && (getComputedStyle(one).outlineStyle !== "none"));
  return [`${node.tagName}#${node.id} ${(node.textContent ?? "").trim().slice(0, 20)}`, visible];
},
})
