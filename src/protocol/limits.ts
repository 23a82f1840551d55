import { DAY_MS } from "../platform/units.ts";

/**
 * How much of everything an end takes from others. The table "Limits" of the specification (README.md) lists these bounds,
 * and its test compares the two. What a message may hold is in its schema.
 */

/** Bytes of the header of a secondary that is registered: a full batch of the longest names fits into it. */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** Bytes of any other header that a server takes: what clients send, and what is sent before a registration, is short. */
export const MAX_SMALL_HEADER_BYTES = 16 * 1024;
/** Maps and lists inside one another, the header itself included; the deepest message has four. */
export const MAX_DEPTH = 8;

/** Revocations that are kept: whoever needs more gives the cluster another key. */
export const MAX_REVOCATIONS = 1000;
/** Of these, keys that never came: who fills the places with made-up ones leaves room for those that do come. */
export const MAX_UNSEEN_REVOCATIONS = 500;
/** Keys of which a central remembers who came with them. */
export const MAX_KNOWN_KEYS = 2000;

/** Connections to one server, where descriptors set no lower bound. */
export const MAX_CONNECTIONS = 16_384;
/** Of the connections that a server takes, the part that one address may have. */
export const ADDRESS_SHARE = 0.75;
/** Connections of one server whose handshake is not over, and as many whose greeting is not over. */
export const MAX_UNFINISHED_CONNECTIONS = 1024;

/** Messages that a server takes from one peer each second, and that it takes at once after a quiet time. */
export const MESSAGES_PER_SECOND = 10_000;
export const MAX_MESSAGE_BURST = 20_000;
/** Milliseconds in which a server deals with what one peer has sent, before the others have their turn. */
export const MAX_TURN_MS = 2;
/** Milliseconds in which a frame's header must be whole, once it has begun, and each step of its payload. */
export const FRAME_TIMEOUT_MS = 60_000;
/** Bytes of a payload that are a step. */
export const PAYLOAD_STEP_BYTES = 64 * 1024;
/** Milliseconds in which a peer must read something, where something waits for it. Much fits into the buffers of kernels. */
export const READ_TIMEOUT_MS = 300_000;
/** Bytes that wait for a peer that does not read, with which a server reads nothing more from it. */
export const MAX_ANSWERED_BACKLOG_BYTES = 2 * 1024 * 1024;
/** Bytes that may wait for a peer that does not read. */
export const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
/** Bytes that may wait for all peers of a server. With more, those for whom more than a share of it waits must go. */
export const MAX_SERVER_BACKLOG_BYTES = 256 * 1024 * 1024;
export const BACKLOG_SHARE_BYTES = 256 * 1024;

/** Downloads of one client's session, waiting or under way, and of all sessions of a central. */
export const MAX_DOWNLOADS_PER_SESSION = 1000;
export const MAX_DOWNLOADS = 65_536;
/** Versions whose sources one session watches: a client downloads fewer files at once. */
export const MAX_WATCHED_PER_SESSION = 1000;
/** Sources in one message. */
export const MAX_SOURCES = 1000;
/** Characters of the sentences of one `state`, which with every text at its longest must fit into a header. */
export const MAX_STATE_SAID = 48_000;
/** Secondaries that a central knows. */
export const MAX_SECONDARIES = 1000;
/** Names that one secondary may have announced. */
export const MAX_NAMES_PER_SECONDARY = 1_000_000;
/** Names of files, and of clients, of which a server counts downloads. */
export const MAX_COUNTED_FILES = 1_000_000;
export const MAX_COUNTED_CLIENTS = 100_000;
/** Downloads that a server has counted and remembers, so that a report which comes late once more is known for one. */
export const MAX_COUNTED_DOWNLOADS = 100_000;
/** Reports of one session that a server stores at the same time. */
export const MAX_REPORTS_PER_SESSION = 256;
/** Reports that a secondary keeps for the central. */
export const MAX_KEPT_REPORTS = 100_000;
/** Questions of one session about versions or statistics, and its orders, that are not answered yet. */
export const MAX_QUESTIONS_PER_SESSION = 64;
/** Requests for pieces, and for many small files, that wait on one connection. */
export const MAX_PIECE_REQUESTS = 1024;
export const MAX_FILES_REQUESTS = 8;
/** Files that clients send to a secondary at the same time. Of whoever sends most one makes way for others, then. */
export const MAX_UPLOADS = 32;
/** Payloads of one of these that are not written, or not checked, yet. */
export const MAX_UNTAKEN = 8;
/** Milliseconds in which so many bytes of it must come, or the last of a piece. */
export const UPLOAD_IDLE_MS = 120_000;
export const UPLOAD_IDLE_BYTES = 64 * 1024;
/** Bytes of the disk that are held free for one of these before they come; or as many as have come, where that is more. */
export const UPLOAD_ROOM_BYTES = 64 * 1024 * 1024;
/** Files of which a part has come that a secondary keeps for another try, and of its disk the part that they may take. */
export const MAX_HALF_UPLOADS = 100;
export const HALF_UPLOADS_SHARE = 0.1;
/** Milliseconds for which they are kept. */
export const HALF_UPLOAD_AGE_MS = 3 * DAY_MS;
/** Milliseconds in which a peer must read something while others wait for a descriptor that its answer needs. */
export const SCARCE_READ_TIMEOUT_MS = 10_000;
