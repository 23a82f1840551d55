import type { Message } from "../../protocol/messages/messages.ts";
import type { ClusterEvent } from "../cluster-summary.ts";

/** Something to be done about a decision of the registry. */
export type Effect =
  | { readonly kind: "send"; readonly to: number; readonly message: Message }
  | {
      readonly kind: "warn";
      readonly event: string;
      readonly message: string;
      readonly fields: Record<string, unknown>;
    }
  /** Something happened to a file, for the log. */
  | ({ readonly kind: "file-event" } & ClusterEvent)
  /** The sources of a name's versions may have changed. */
  | { readonly kind: "sources-changed"; readonly name: string }
  /** A removed file is there again: its tombstone is void. */
  | { readonly kind: "tombstone-void"; readonly name: string };
