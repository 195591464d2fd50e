/** Makes elements. Text only ever becomes a text node, so that nothing a user or a server says can run as markup. */

export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** A button that copies what `text` gives, and says so. */
export function copyButton(text, words) {
  const button = el("button", { type: "button", className: "quiet copy" }, words.copy);
  button.addEventListener("click", async () => {
    button.textContent = (await copied(text())) ? words.copied : words.copyFailed;
    setTimeout(() => { button.textContent = words.copy; }, 1600);
  });
  return button;
}

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers lend the clipboard to secure pages only, and a server in a local network is often plain HTTP.
    const area = el("textarea", { value: text, className: "unseen", readOnly: true });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
