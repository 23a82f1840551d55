/** No central has answered on the local network; the message says where it was asked. */
export class CentralNotFound extends Error {}
