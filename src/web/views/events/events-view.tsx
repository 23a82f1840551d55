import { useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ToggleList } from "../../parts/toggle-list/toggle-list.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { navigate, useRoute } from "../../routing/use-route.ts";
import { EVENT_KINDS, type EventKind, type EventLog, ofKinds } from "../../store/event-log.ts";
import { useStore } from "../../store/page-context.ts";
import type { PageState } from "../../store/page-state.ts";
import { useText } from "../../text/language-context.ts";
import { EventRow } from "./event-row.tsx";
import "./events.css";

/** Events that are shown at first, and more each time. */
const PAGE = 100;

const logOf = (state: PageState): EventLog => state.log;

/** What has happened lately, the latest first. */
export function EventsView() {
  const words = useText().events;
  const { query } = useRoute();
  const [most, setMost] = useState(PAGE);
  const log = useStore(logOf);
  const wanted = new Set<EventKind>(EVENT_KINDS.filter((kind) => (query.kinds ?? "").split(",").includes(kind)));
  const entries = ofKinds(log.entries, wanted);
  const toggle = (kind: EventKind) => {
    const kinds = EVENT_KINDS.filter((one) => (one === kind) !== wanted.has(one));
    navigate({ view: "events", path: "", query: { kinds: kinds.join() } }, { replace: true });
  };
  return (
    <>
      <ViewHeading title={words.title}>
        <ToggleList
          label={words.filter}
          options={EVENT_KINDS.map((kind) => ({ value: kind, title: words.kinds[kind] }))}
          pressed={wanted}
          onToggle={toggle}
        />
      </ViewHeading>
      <p class="view-what">{words.what}</p>
      {log.entries.length === 0 && (
        <Notice kind="info" title={words.noneTitle}>
          <p>{words.noneWhat}</p>
        </Notice>
      )}
      {log.entries.length > 0 && entries.length === 0 && <p>{words.noneOfKind}</p>}
      <ol class="event-list" aria-label={words.title}>
        {entries.slice(0, most).map((entry) => (
          <EventRow key={entry.id} entry={entry} />
        ))}
      </ol>
      {entries.length > most && (
        <p class="section-end">
          <Button onPress={() => setMost(most + PAGE)}>{words.showMore}</Button>
        </p>
      )}
    </>
  );
}
