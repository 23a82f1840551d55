import { StateBadge, type Tone } from "../parts/state-badge.tsx";
import { useStore } from "../store/page-context.ts";
import { isPresent } from "../store/page-state.ts";
import { useFormat, useText } from "../text/language-context.ts";
import { type Condition, conditionOf } from "./condition.ts";
import "./connection-status.css";

const TONES: Readonly<Record<Condition, Tone>> = {
  connecting: "neutral",
  disconnected: "bad",
  locked: "neutral",
  serving: "good",
  "not serving": "warning",
  "no server": "bad",
};

/** How the connection and the cluster are, in the corner of each view. */
export function ConnectionStatus() {
  const words = useText().frame;
  const format = useFormat();
  const condition = useStore(conditionOf);
  const secondaries = useStore((state) => state.secondaries);
  const present = secondaries.filter(isPresent).length;
  const texts: Readonly<Record<Exclude<Condition, "disconnected">, string>> = {
    connecting: words.connecting,
    locked: words.locked,
    serving: words.serving,
    "not serving": words.notServing,
    "no server": words.noServer,
  };
  const showsServers = secondaries.length > 0 && condition !== "disconnected" && condition !== "locked";
  return (
    <div class="connection-status">
      {showsServers && (
        <span class="connection-servers">
          {words.servers(format.number(present), format.number(secondaries.length))}
        </span>
      )}
      <span role="status">
        <StateBadge tone={TONES[condition]}>
          {condition === "disconnected" ? <Disconnected /> : texts[condition]}
        </StateBadge>
      </span>
    </div>
  );
}

/** In one word where a phone has the name of whoever is logged in beside it. */
function Disconnected() {
  const words = useText().frame;
  return (
    <>
      <span class="connection-long">{words.disconnectedLong}</span>
      <span class="connection-short">{words.disconnected}</span>
    </>
  );
}
