import { useEffect, useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { CommandLine } from "../../parts/copy/command-line.tsx";
import { getCommand } from "../../parts/copy/commands.ts";
import { Figures } from "../../parts/figures/figures.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { usePage, useStore } from "../../store/page-context.ts";
import type { PageState } from "../../store/page-state.ts";
import { useRights } from "../../store/use-rights.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { ActiveTable } from "./active-table.tsx";
import { rateTogether } from "./download-totals.ts";
import { LimitDialog } from "./limit-dialog.tsx";
import { WaitingTable } from "./waiting-table.tsx";

/** Milliseconds between two questions for the estimates of those that wait: no event tells of them. */
const ESTIMATES_MS = 5000;

const downloadsOf = (state: PageState) => state.downloads;
const limitOf = (state: PageState) => state.cluster?.downloadLimit ?? null;
const isKnown = (state: PageState) => state.cluster !== null;

/** Who downloads what now, and who waits. */
export function DownloadsView() {
  const words = useText().downloads;
  const format = useFormat();
  const downloads = useStore(downloadsOf);
  const limit = useStore(limitOf);
  const known = useStore(isKnown);
  const { isAdmin } = useRights();
  const [isChanging, setChanging] = useState(false);
  const active = downloads.filter(({ state }) => state === "active");
  const waiting = downloads.filter(({ state }) => state === "waiting");
  useEstimates(waiting.length > 0);
  const rate = rateTogether(active);
  const figures = [
    { key: "active", title: words.totals.active, value: format.number(active.length) },
    { key: "rate", title: words.totals.rate, value: active.length > 0 && rate === null ? "–" : format.rate(rate ?? 0) },
    { key: "waiting", title: words.totals.waiting, value: format.number(waiting.length) },
    { key: "limit", title: words.totals.limit, value: limit === null ? words.noLimit : format.number(limit) },
  ];
  return (
    <>
      <ViewHeading title={words.title}>
        {known && isAdmin && <Button onPress={() => setChanging(true)}>{words.changeLimit}</Button>}
      </ViewHeading>
      {known && <Figures figures={figures} />}
      {known && downloads.length === 0 && (
        <Notice kind="info" title={words.noneTitle}>
          <p>{words.noneWhat}</p>
          <CommandLine command={getCommand(location.hostname)} what={words.noneCommand} />
        </Notice>
      )}
      {active.length > 0 && <ActiveTable downloads={active} />}
      {waiting.length > 0 && (
        <section class="view-section" aria-labelledby="waiting-title">
          <h2 id="waiting-title">{words.waiting}</h2>
          <WaitingTable downloads={waiting} />
        </section>
      )}
      {isChanging && <LimitDialog limit={limit} active={active.length} onClose={() => setChanging(false)} />}
    </>
  );
}

function useEstimates(wanted: boolean): void {
  const { feed, clock } = usePage();
  useEffect(() => {
    if (!wanted) return undefined;
    let cancel = () => {};
    const again = () => {
      cancel = clock.after(ESTIMATES_MS, () => {
        void feed.reloadDownloads();
        again();
      });
    };
    again();
    return () => cancel();
  }, [feed, clock, wanted]);
}
