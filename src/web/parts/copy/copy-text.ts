/** Whether it was done. Browsers have the clipboard only for pages that come by HTTPS, or from this machine: else a selection is copied. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The browser does not allow it: the other way may be open.
    }
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "only-spoken";
  // Within a dialog that is open nothing outside of it can be selected.
  const place = document.activeElement?.closest("dialog") ?? document.body;
  const focused = document.activeElement;
  place.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
