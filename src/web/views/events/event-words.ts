import type { Formats } from "../../format/formats.ts";
import { missingWords } from "../../parts/missing/missing-words.ts";
import type { ToldEvent } from "../../store/event-log.ts";
import { isolated } from "../../text/isolated.ts";
import type { Text } from "../../text/text.ts";

export interface EventWords {
  readonly sentence: string;
  /** `server`: in the words of the server, which speaks English; `page`: in those of the page. */
  readonly detail: { readonly by: "server" | "page"; readonly text: string } | null;
}

/** An event in a sentence, and what there is to say beside. */
export function eventWords(event: ToldEvent, text: Pick<Text, "events" | "missing">, format: Formats): EventWords {
  const words = text.events;
  switch (event.type) {
    case "serving":
      if (event.serving) return plain(words.serving);
      if (event.lacks === null) return withServerWords(words.notServing, event.missing);
      return {
        sentence: words.notServing,
        detail: { by: "page", text: missingWords(event.lacks, text.missing, format) },
      };
    case "secondary": {
      const { number, state, reason } = event.secondary;
      return withServerWords(words.server[state](format.number(number)), reason);
    }
    case "secondary-gone":
      return plain(words.serverGone(format.number(event.number)));
    case "file": {
      const { secondary } = event;
      const sentence = words.file[event.what](isolated(event.name));
      if (secondary === null) return plain(sentence);
      return { sentence, detail: { by: "page", text: words.atServer(format.number(secondary)) } };
    }
    case "files":
      return plain(words.files[event.what](format.number(event.count), isolated(event.names[0] ?? "")));
    default:
      return downloadWords(event, words, format);
  }
}

type DownloadEvent = Exclude<ToldEvent, { type: "serving" | "secondary" | "secondary-gone" | "file" | "files" }>;

function downloadWords(event: DownloadEvent, words: Text["events"], format: Formats): EventWords {
  switch (event.type) {
    case "download": {
      const { client, name, state } = event;
      const sentence = state === "active" ? words.downloadActive : words.downloadWaiting;
      return plain(sentence(isolated(client), isolated(name)));
    }
    case "download-end":
      return plain(words.downloadEnd[event.outcome](isolated(event.client), isolated(event.name)));
    case "downloads":
      return plain(words.downloadsMissed(format.number(event.missed)));
    case "accusation": {
      const { accuser, secondary, piece } = event;
      const text = piece === null ? words.brokenProtocol : words.wrongPiece(format.number(piece));
      return { sentence: words.accusation(isolated(accuser), format.number(secondary)), detail: { by: "page", text } };
    }
    case "accusations":
      return plain(words.accusationsMissed(format.number(event.missed)));
  }
}

function plain(sentence: string): EventWords {
  return { sentence, detail: null };
}

function withServerWords(sentence: string, text: string | null): EventWords {
  return { sentence, detail: text === null ? null : { by: "server", text } };
}
