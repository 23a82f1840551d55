import { useCallback, useState } from "preact/hooks";
import { Failure } from "../../parts/failure/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { SearchField } from "../../parts/search-field/search-field.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { usePage, useStore } from "../../store/page-context.ts";
import type { PageState } from "../../store/page-state.ts";
import { useAnswer } from "../../store/use-answer.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { KeptTable } from "./kept-table.tsx";
import { type ShownKeptVersion, withName } from "./kept-versions.ts";
import { RestoreDialog } from "./restore-dialog.tsx";

/** Versions of each secondary that are asked for. */
const MAX_VERSIONS = 500;

const revisionOf = (state: PageState) => state.catalogue.revision;

/** Replaced and removed files, which can be restored. */
export function KeptView() {
  const words = useText().kept;
  const format = useFormat();
  const { api } = usePage();
  const [search, setSearch] = useState("");
  const [restoring, setRestoring] = useState<ShownKeptVersion | null>(null);
  const question = useCallback((signal: AbortSignal) => api.kept({ limit: MAX_VERSIONS }, signal), [api]);
  const { answer, failure, askAgain } = useAnswer(question, useStore(revisionOf));
  const versions = withName(answer?.versions ?? [], search);
  const isEmpty = answer?.versions.length === 0;
  return (
    <>
      <ViewHeading title={words.title}>
        {answer && !isEmpty && <SearchField label={words.search} value={search} onSearch={setSearch} />}
      </ViewHeading>
      <p class="view-what">{words.what}</p>
      {failure && <Failure failure={failure} onRetry={askAgain} />}
      {answer && answer.silent.length > 0 && (
        <Notice kind="warning" title={words.silent(answer.silent.map(format.number).join(", "))} />
      )}
      {isEmpty && (
        <Notice kind="info" title={words.noneTitle}>
          <p>{words.noneWhat}</p>
        </Notice>
      )}
      {versions.length > 0 && <KeptTable versions={versions} onRestore={setRestoring} />}
      {answer && !isEmpty && versions.length === 0 && <p>{words.noneOfName}</p>}
      {answer?.more && <p class="section-end">{words.more}</p>}
      {restoring && <RestoreDialog version={restoring} onClose={() => setRestoring(null)} onDone={askAgain} />}
    </>
  );
}
