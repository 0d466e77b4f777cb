// Copies the text of the element that a button names. A page that is not served over https has no clipboard interface: then the
// text is selected and copied the old way, and if that fails too it stays selected, ready for Ctrl C.
export function listenForCopy() {
  document.addEventListener("click", async event => {
    const button = event.target.closest?.("[data-copies]");
    const source = button && document.getElementById(button.dataset.copies);
    if (source) {
      say(button, await copy(source) ? "Copied" : "Press Ctrl C");
    }
  });
}

async function copy(source) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch (error) {
      console.warn("The clipboard refused", error); // no permission: the old way may still do
    }
  }
  getSelection().selectAllChildren(source);
  return document.execCommand("copy");
}

function say(button, words) {
  const label = button.querySelector("span");
  label.dataset.was ??= label.textContent;
  label.textContent = words;
  clearTimeout(button.copied);
  button.copied = setTimeout(() => { label.textContent = label.dataset.was; }, 2000);
}
