import type { PlaybackSample } from "./playback-watch.ts";

/** How an element that plays is now. */
export function sampleOf(element: HTMLMediaElement): PlaybackSample {
  const { currentTime: position, duration, buffered, networkState } = element;
  let bufferedEnd = position;
  for (let index = 0; index < buffered.length; index++) {
    if (buffered.start(index) <= position && buffered.end(index) > bufferedEnd) bufferedEnd = buffered.end(index);
  }
  return { position, bufferedEnd, duration, isFetching: networkState === HTMLMediaElement.NETWORK_LOADING };
}

/** Has a second element go on where a first one is, as loud and as fast. */
export function continueFrom(shown: HTMLMediaElement, next: HTMLMediaElement): void {
  next.volume = shown.volume;
  next.muted = shown.muted;
  next.playbackRate = shown.playbackRate;
  if (Math.abs(next.currentTime - shown.currentTime) > 0.25) next.currentTime = shown.currentTime;
  // What was ended by a fault was not stopped by somebody.
  const plays = !shown.paused || shown.error !== null;
  shown.pause();
  if (plays) void next.play().catch(() => {});
}
