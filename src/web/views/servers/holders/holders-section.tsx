import { useCallback, useState } from "preact/hooks";
import type { SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { Button } from "../../../parts/button.tsx";
import { Failure } from "../../../parts/failure/failure.tsx";
import { SearchField } from "../../../parts/search-field/search-field.tsx";
import { usePage, useStore } from "../../../store/page-context.ts";
import type { PageState } from "../../../store/page-state.ts";
import { useAnswer } from "../../../store/use-answer.ts";
import { useFormat, useText } from "../../../text/language-context.ts";
import { HoldersGrid } from "./holders-grid.tsx";
import { holdersMatrix } from "./holders-matrix.ts";
import "./holders-section.css";

/** Files that are drawn at first and more each time; and at most, since somebody looks at each. */
const [PAGE, MAX_SHOWN] = [25, 500];

const revisionOf = (state: PageState) => state.catalogue.revision;

/** A picture of who holds what: the files that the fewest servers hold come first. */
export function HoldersSection({ secondaries }: { readonly secondaries: readonly SecondaryAnswer[] }) {
  const words = useText().servers;
  const format = useFormat();
  const { api } = usePage();
  const [search, setSearch] = useState("");
  const [limit, setLimit] = useState(PAGE);
  const question = useCallback(
    (signal: AbortSignal) => api.files({ search, sort: "holders", order: "asc", limit }, signal),
    [api, search, limit],
  );
  const { answer, failure, askAgain } = useAnswer(question, useStore(revisionOf));
  const isEmpty = answer?.files.length === 0;
  if (isEmpty && search === "") return null;
  return (
    <section class="view-section" aria-labelledby="holders-title">
      <div class="section-heading">
        <div>
          <h2 id="holders-title">{words.holders}</h2>
          <p>{words.holdersWhat}</p>
        </div>
        <SearchField label={words.holdersSearch} value={search} onSearch={setSearch} />
      </div>
      {failure && <Failure failure={failure} onRetry={askAgain} />}
      {isEmpty && <p>{words.holdersNone}</p>}
      {answer && !isEmpty && (
        <HoldersGrid matrix={holdersMatrix(answer.files, secondaries)} servers={secondaries.length} />
      )}
      {answer?.matches != null && !isEmpty && (
        <p class="section-end">
          {words.holdersShown(format.number(answer.files.length), format.number(answer.matches))}
          {answer.next !== null && limit < MAX_SHOWN && (
            <Button onPress={() => setLimit(Math.min(2 * limit, MAX_SHOWN))}>{words.showMore}</Button>
          )}
        </p>
      )}
    </section>
  );
}
