import { useCallback } from "preact/hooks";
import { Choice } from "../../parts/choice/choice.tsx";
import { Failure } from "../../parts/failure/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Pager } from "../../parts/pager/pager.tsx";
import { usePages } from "../../parts/pager/use-pages.ts";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { navigate, useRoute } from "../../routing/use-route.ts";
import { usePage, useStore } from "../../store/page-context.ts";
import type { PageState } from "../../store/page-state.ts";
import { useAnswer } from "../../store/use-answer.ts";
import { useText } from "../../text/language-context.ts";
import { choiceOf, queryOf, type StatisticsChoice } from "./statistics-choice.ts";
import { StatisticsTable } from "./statistics-table.tsx";

/** Rows of a page. */
const PAGE_ROWS = 100;

/** Another one whenever something may have been counted. */
const lastEndOf = ({ log }: PageState) => log.entries.find(({ event }) => event.type === "download-end")?.id;

/** How often each file was downloaded, and each client has downloaded something. */
export function StatisticsView() {
  const words = useText().statistics;
  const { api } = usePage();
  const choice = choiceOf(useRoute().query);
  const { of, sort, order } = choice;
  const pages = usePages(`${of} ${sort} ${order}`);
  const { cursor } = pages;
  const question = useCallback(
    (signal: AbortSignal) => api.statistics({ of, sort, order, limit: PAGE_ROWS, ...(cursor && { cursor }) }, signal),
    [api, of, sort, order, cursor],
  );
  const { answer, failure, askAgain } = useAnswer(question, useStore(lastEndOf));
  const choose = (chosen: Partial<StatisticsChoice>) => {
    navigate({ view: "statistics", path: "", query: queryOf({ ...choice, ...chosen }) }, { replace: true });
  };
  return (
    <>
      <ViewHeading title={words.title}>
        <Choice
          label={words.of}
          options={[
            { value: "files", title: words.files },
            { value: "clients", title: words.clients },
          ]}
          chosen={of}
          onChoose={(chosen) => choose({ of: chosen })}
        />
      </ViewHeading>
      <p class="view-what">{words.what}</p>
      {failure && <Failure failure={failure} onRetry={askAgain} />}
      {answer?.rows.length === 0 && cursor === null && (
        <Notice kind="info" title={words.noneTitle}>
          <p>{words.noneWhat}</p>
        </Notice>
      )}
      {answer && (answer.rows.length > 0 || cursor !== null) && (
        <>
          <StatisticsTable choice={choice} rows={answer.rows} onOrder={choose} />
          <Pager pages={pages} rows={PAGE_ROWS} count={answer.rows.length} next={answer.next} />
        </>
      )}
    </>
  );
}
