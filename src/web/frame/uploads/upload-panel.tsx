import { useEffect } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { ProgressBar } from "../../parts/progress-bar.tsx";
import { usePage, useStore } from "../../store/page-context.ts";
import { inShownOrder, totalsOf, type UploadTotals } from "../../store/uploads/browser-upload.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { UploadRow } from "./upload-row.tsx";
import "./upload-panel.css";

/** Rows at once: of a folder with thousands of files nobody reads them all. */
const MAX_ROWS = 30;

/** The files that this page sends, in every view; nothing where there are none. */
export function UploadPanel() {
  const words = useText().uploads;
  const format = useFormat();
  const uploads = useStore((state) => state.uploads);
  const totals = totalsOf(uploads);
  const isSending = totals.open > 0;
  useEffect(() => {
    if (!isSending) return;
    // The browser asks whether the page is to be left.
    const leaving = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [isSending]);
  if (uploads.length === 0) return null;
  const shown = inShownOrder(uploads).slice(0, MAX_ROWS);
  const more = uploads.length - shown.length;
  return (
    <section class="upload-panel" aria-label={words.title}>
      <Summary totals={totals} />
      {totals.exist > 1 && <Existing count={totals.exist} />}
      <ul class="upload-rows">
        {shown.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
      {more > 0 && <p class="upload-more">{words.others(more, format.number(more))}</p>}
    </section>
  );
}

function Summary({ totals }: { readonly totals: UploadTotals }) {
  const words = useText().uploads;
  const format = useFormat();
  const { uploads } = usePage();
  const { files, done, failed, open, size, sent, rate } = totals;
  return (
    <header class="upload-summary">
      <p class="upload-counts" role="status">
        <strong>{words.files(files, format.number(done), format.number(files))}</strong>
        {failed > 0 && <span class="upload-failures">{words.failedFiles(failed, format.number(failed))}</span>}
      </p>
      {open > 0 && (
        <div class="upload-all">
          <ProgressBar value={sent} max={size} label={words.progressOfAll} />
          <span class="number">{format.percent(size === 0 ? 0 : sent / size)}</span>
          <span class="upload-rate number">{rate > 0 ? format.rate(rate) : ""}</span>
        </div>
      )}
      <div class="upload-actions">
        {open > 0 && <Button onPress={() => uploads.cancelAll()}>{words.cancelAll}</Button>}
        {open === 0 && done + failed > 0 && <Button onPress={() => uploads.clear()}>{words.clear}</Button>}
      </div>
    </header>
  );
}

/** One answer for all files whose names are taken. */
function Existing({ count }: { readonly count: number }) {
  const words = useText().uploads;
  const format = useFormat();
  const { uploads } = usePage();
  return (
    <div class="upload-existing">
      <span>{words.existing(count, format.number(count))}</span>
      <div class="upload-actions">
        <Button onPress={() => uploads.replace(null)}>{words.replaceAll}</Button>
        <Button label={words.skipAllFiles} onPress={() => uploads.skipAll()}>
          {words.skipAll}
        </Button>
      </div>
    </div>
  );
}
