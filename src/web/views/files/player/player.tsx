import { useEffect, useRef, useState } from "preact/hooks";
import { contentAddress } from "../../../api/escape-path.ts";
import { Button } from "../../../parts/button.tsx";
import { Icon } from "../../../parts/icon.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { usePage } from "../../../store/page-context.ts";
import { useText } from "../../../text/language-context.ts";
import type { Playable } from "../playable.ts";
import { useFirstPosition, useNewerPolicy } from "./newer-policy.ts";
import { type ElementPart, PlayerElement } from "./player-element.tsx";
import { PlayerElements, type ShownElements } from "./player-elements.ts";
import "./player.css";

/** Milliseconds between two samples of how it plays. */
const SAMPLE_INTERVAL_MS = 250;

/**
 * Plays a file from the servers that hold it. When one does not send any more, a second element that nobody sees fetches it
 * from another one, and takes the place of the first as soon as it can play: nothing is seen of it.
 */
export function Player({ name, as }: { readonly name: string; readonly as: Playable }) {
  const words = useText();
  const { clock } = usePage();
  const [shown, setShown] = useState<ShownElements>({ current: 1, next: null, gaveUp: false });
  const elements = useRef<PlayerElements | null>(null);
  const first = useFirstPosition();
  elements.current ??= new PlayerElements(clock, setShown, first);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let cancel = clock.after(SAMPLE_INTERVAL_MS, function sample() {
      elements.current?.sample();
      cancel = clock.after(SAMPLE_INTERVAL_MS, sample);
    });
    return () => cancel();
  }, [clock]);
  useNewerPolicy(() => elements.current?.playedTo ?? 0);
  const part = (attempt: number): ElementPart => (attempt === shown.current ? "shown" : "next");
  if (shown.gaveUp) {
    const again = <Button onPress={() => elements.current?.tryAgain()}>{words.parts.tryAgain}</Button>;
    return (
      <Notice kind="error" title={words.files.player.failedTitle} action={again}>
        <p>{words.files.player.failedWhat}</p>
      </Notice>
    );
  }
  return (
    <div class="player">
      <div class={`player-frame player-${as}`} ref={frame}>
        {[shown.current, ...(shown.next === null ? [] : [shown.next])].map((attempt) => (
          <PlayerElement
            key={attempt}
            as={as}
            part={part(attempt)}
            // Another address for each attempt: browsers remember to where one was sent on.
            address={`${contentAddress(name)}${attempt === 1 ? "" : `?attempt=${attempt}`}`}
            label={name}
            events={elements.current?.eventsOf(attempt)}
          />
        ))}
      </div>
      <div class="player-bar">
        <span role="status">{shown.next === null ? "" : words.files.player.finding}</span>
        {as === "video" && document.fullscreenEnabled && (
          <Button kind="plain" onPress={() => void frame.current?.requestFullscreen()}>
            <Icon name="expand" />
            {words.files.player.fullScreen}
          </Button>
        )}
      </div>
    </div>
  );
}
