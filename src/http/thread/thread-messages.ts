import type { Address } from "../../net/address/address.ts";
import type { ListenFailure } from "../../net/transport/network.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { AccessSetting } from "../access/access-setting.ts";

/** Whose routes a thread serves. */
export type HttpRole = "central" | "secondary" | "client";

/** What an HTTP thread is told when it begins to listen. */
export interface HttpSetting {
  readonly role: HttpRole;
  readonly address: Address;
  readonly access: AccessSetting;
  /** Connections at once. */
  readonly connections: number;
  /** Memory of the limit of what is sent of files. Absent: there is none. */
  readonly limit?: SharedArrayBuffer;
}

/** To an HTTP thread. */
export type ToHttpThread =
  | { readonly kind: "listen"; readonly setting: HttpSetting }
  /** What the main thread replies to a question. */
  | { readonly kind: "reply"; readonly question: number; readonly reply: unknown }
  | { readonly kind: "failure"; readonly question: number; readonly told: Told }
  /** Who may do what has changed. */
  | { readonly kind: "access"; readonly access: AccessSetting }
  /** What has changed. */
  | { readonly kind: "notice"; readonly notice: unknown };

/** From it. */
export type FromHttpThread =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "not-listening"; readonly failure: ListenFailure; readonly told: Told }
  /** Somebody at that address has shown what is wrong. */
  | { readonly kind: "refused"; readonly host: string; readonly reason: Told }
  /** A route has failed, which is a mistake of ours. */
  | { readonly kind: "mistake"; readonly message: string }
  /** How many seconds later than they were due its timers ran, of each measurement since the last message. */
  | { readonly kind: "lags"; readonly seconds: readonly number[] }
  | {
      readonly kind: "question";
      readonly question: number;
      readonly method: string;
      readonly args: readonly unknown[];
    };
