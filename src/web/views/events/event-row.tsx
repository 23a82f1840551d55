import { Component } from "preact";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { ServerWords } from "../../parts/notice.tsx";
import type { EventKind, LoggedEvent } from "../../store/event-log.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { eventWords } from "./event-words.ts";

const ICONS: Readonly<Record<EventKind, IconName>> = {
  serving: "check",
  servers: "server",
  files: "file",
  downloads: "download",
  accusations: "alert",
};

/** One event. What has happened does not change: it is drawn once, however many come after it. */
export class EventRow extends Component<{ readonly entry: LoggedEvent }> {
  override shouldComponentUpdate(next: { readonly entry: LoggedEvent }): boolean {
    return next.entry !== this.props.entry;
  }

  render({ entry }: { readonly entry: LoggedEvent }) {
    return <EventLine entry={entry} />;
  }
}

function EventLine({ entry: { at, kind, event } }: { readonly entry: LoggedEvent }) {
  const text = useText();
  const format = useFormat();
  const { sentence, detail } = eventWords(event, text, format);
  return (
    <li class="event">
      <time dateTime={new Date(at).toISOString()}>{format.moment(at)}</time>
      <span class="event-kind">
        <Icon name={event.type === "serving" && !event.serving ? "alert" : ICONS[kind]} />
        {text.events.kinds[kind]}
      </span>
      <span class="event-what" dir="auto">
        {sentence}
        {detail !== null && (
          <>
            {" "}
            {detail.by === "server" ? (
              <ServerWords>{detail.text}</ServerWords>
            ) : (
              <span class="event-detail">{detail.text}</span>
            )}
          </>
        )}
      </span>
    </li>
  );
}
