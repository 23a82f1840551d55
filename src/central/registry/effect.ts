import type { Message } from "../../protocol/messages/messages.ts";
import type { ClusterEvent } from "../cluster-summary.ts";

/** Something to be done about a decision. */
export type Effect =
  | { readonly kind: "send"; readonly to: number; readonly message: Message }
  | {
      readonly kind: "warn";
      readonly event: string;
      readonly message: string;
      readonly fields: Record<string, unknown>;
    }
  /** Something has become of a file that people should read of. */
  | ({ readonly kind: "news" } & ClusterEvent)
  /** The sources of a version may have changed. */
  | { readonly kind: "sources"; readonly name: string }
  /** What was removed is there again: its removal is void. */
  | { readonly kind: "revived"; readonly name: string };
