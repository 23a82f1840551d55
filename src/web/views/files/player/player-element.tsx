import { useEffect, useRef } from "preact/hooks";
import type { Playable } from "../playable.ts";
import type { ElementEvents } from "./player-elements.ts";

export type ElementPart = "shown" | "next";

/** An element that fetches and plays. The one that is to come is there already, unseen and unheard. */
export function PlayerElement(props: {
  readonly as: Playable;
  readonly part: ElementPart;
  readonly address: string;
  readonly label: string;
  readonly events: ElementEvents | undefined;
}) {
  const { as, part, address, label, events } = props;
  const element = useRef<HTMLMediaElement>(null);
  // One that takes the place of another goes on as that one did.
  const autoplay = useRef(part === "shown").current;
  useEffect(() => {
    const { current } = element;
    if (current) events?.mounted(current);
    return () => {
      events?.unmounted();
      // Else the browser goes on fetching for an element that is nowhere.
      current?.removeAttribute("src");
      current?.load();
    };
  }, []);
  const isShown = part === "shown";
  const attributes = {
    class: isShown ? "player-element" : "player-element player-element-next",
    src: address,
    controls: isShown,
    autoplay,
    preload: "auto",
    "aria-label": label,
    "aria-hidden": !isShown,
    // What replaces it could not take these over: the frame has a button of its own.
    controlsList: "nofullscreen noremoteplayback",
    disablePictureInPicture: true,
    onError: () => events?.failed(),
    onCanPlay: () => events?.ready(),
  } as const;
  if (as === "audio") {
    return <audio {...attributes} ref={element as { current: HTMLAudioElement | null }} />;
  }
  return <video {...attributes} ref={element as { current: HTMLVideoElement | null }} playsInline />;
}
