import type { AdjustableLimits } from "../../console/commands/limit.ts";
import { renderTable } from "../../console/table.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import { shown } from "../../text/shown/sentence.ts";
import { CLIENT_WORDS, type ClientLimit, SECONDARY_WORDS, type SecondaryLimit } from "./limit-flags.ts";
import { RATE_FORM } from "./rate.ts";
import type { RateLimits } from "./rate-limits.ts";
import { parseLimit, type Words } from "./schedule.ts";

/** The limit of a client, for its console. */
export function clientLimitConsole(limits: RateLimits<ClientLimit>): AdjustableLimits {
  return consoleOf(limits, CLIENT_WORDS, "RATE", () =>
    limits
      .rows()
      .map(([, rate, why]) => (why === "" ? rate : `${rate}, ${why}`))
      .join("\n"),
  );
}

/** The limits of a secondary, for its console. */
export function secondaryLimitConsole(limits: RateLimits<SecondaryLimit>): AdjustableLimits {
  return consoleOf(limits, SECONDARY_WORDS, "[upload|copy|download] RATE", () =>
    renderTable(
      [shown(say("limit")), shown(say("now")), ""],
      limits.rows().map((row) => [...row]),
    ),
  );
}

function consoleOf<Kind extends string>(
  limits: RateLimits<Kind>,
  words: Words<Kind>,
  parameter: "RATE" | "[upload|copy|download] RATE",
  show: () => string,
): AdjustableLimits {
  const names = [...words.keys()].filter((word) => word !== "");
  return {
    parameter: shown(say(parameter)),
    words: [...names, "off"],
    change(argument) {
      if (argument === "") return show();
      const limit = parseLimit(argument.split(/\s+/), words);
      if (!limit)
        throw new SentenceError(
          say("limit {argument}: it takes {parameter}, a rate in {form}", {
            argument,
            parameter: say(parameter),
            form: RATE_FORM,
          }),
        );
      // All that there are.
      const isOff = argument.toLowerCase() === "off";
      limits.set(isOff ? [...new Set([...words.values()].flat())] : limit.kinds, limit.rate);
      return show();
    },
  };
}
