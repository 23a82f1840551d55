import { SentenceError } from "../../sentences/sentence-error.ts";
/** No central has answered on the local network; the message says where it was asked. */
export class CentralNotFound extends SentenceError {}
