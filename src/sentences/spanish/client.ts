/** The session of a client, and what it hears of its orders. */
export const client = {
  "the central refuses this client: {reason}": "el central rechaza este cliente: {reason}",
  "it has not answered yet": "aún no ha respondido",
  "the client is stopping": "el cliente está terminando",
  "the central lists names out of their order": "el central da los nombres desordenados",
  "the central cannot be reached: {reason}": "no se puede contactar con el central: {reason}",
  "the central {address} has not answered": "el central {address} no ha respondido",
  "the central {address} does not answer": "el central {address} no responde",
  "the central gave another answer": "el central ha dado otra respuesta",
  "the central does not serve yet: {reason}": "el central aún no da servicio: {reason}",
  "waiting {duration} at most, Ctrl-C ends it: {reason}":
    "se espera {duration} como mucho, Ctrl-C lo termina: {reason}",
  "{reason}; whether the order was carried out is not known": "{reason}; no se sabe si la orden se ha cumplido",
} as const;
