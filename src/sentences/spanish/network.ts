/** Connections, and who is at their other end. */
export const network = {
  "cannot listen on {address}: {reason}{user}": "no se puede escuchar en {address}: {reason}{user}",
  ": {use}": ": {use}",
  "cannot connect to {address}: {reason}": "no se puede conectar con {address}: {reason}",
  "the port is in use": "el puerto está en uso",
  "permission denied (ports below 1024 are reserved)":
    "permiso denegado (los puertos por debajo de 1024 están reservados)",
  "this machine has no such address": "esta máquina no tiene esa dirección",
  "nobody listens there": "ahí no escucha nadie",
  "the network is unreachable": "no se llega a esa red",
  "the host is unreachable": "no se llega a esa máquina",
  "no answer": "no responde",
  "no such host": "no existe ese nombre de máquina",
  "it closed the connection before any greeting": "cerró la conexión antes de saludar",
  "this machine has no address or port of its own for it": "esta máquina no tiene dirección o puerto propios para ello",
  "its name cannot be looked up now": "ahora no se puede averiguar su nombre",
  "no place to connect to (a fe80:: address needs its link, as in fe80::1%eth0)":
    "no es un lugar al que conectarse (una dirección fe80:: necesita su enlace, como fe80::1%eth0)",
  "too many files and connections are open here": "aquí hay demasiados archivos y conexiones abiertos",
  "too many files and connections are open on this machine":
    "en esta máquina hay demasiados archivos y conexiones abiertos",
  "another program listens there (ss -ltnp shows which); end it, or take another port":
    "ahí escucha otro programa (ss -ltnp muestra cuál); ciérrelo, o tome otro puerto",
  "an outgoing connection of this machine has it (ss -tnp shows whose); take a port below those in net.ipv4.ip_local_port_range, or add this one to net.ipv4.ip_local_reserved_ports":
    "lo tiene una conexión de salida de esta máquina (ss -tnp muestra de quién); tome un puerto por debajo de los de net.ipv4.ip_local_port_range, o añada este a net.ipv4.ip_local_reserved_ports",

  "the credential has expired": "la credencial ha caducado",
  "the credential is not valid yet: do the clocks of both machines show the same time?":
    "la credencial aún no vale: ¿dan la misma hora los relojes de las dos máquinas?",
  "the key is a client's": "la clave es de un cliente",
  "the key was revoked": "la clave se ha revocado",
  "the key is of another cluster": "la clave es de otro clúster",
  "it does not speak TLS 1.3, as all do here: has it no key (--key-file)?":
    "no habla TLS 1.3, como todos aquí: ¿es que no tiene clave (--key-file)?",
  "it has no key (--key-file)": "no tiene clave (--key-file)",
  "it has the key of {whose}, not of {wanted}": "tiene la clave de {whose}, no de {wanted}",
  "what answers there does not speak TLS: if it is {who}, it has no key, and none may be given here":
    "lo que responde ahí no habla TLS: si es {who}, no tiene clave, y aquí no se puede dar ninguna",
  "it closed the connection in the TLS handshake": "cerró la conexión en el saludo de TLS",
  "the TLS handshake failed: {reason}": "ha fallado el saludo de TLS: {reason}",
  "no reason is known": "no se sabe por qué",
  "its certificate is not of redes: {reason}": "su certificado no es de redes: {reason}",

  "what is sent to {where} comes back: that is no redes {role}":
    "lo que se envía a {where} vuelve: eso no es un {role} de redes",
  "a redes {role} answers at {where}, not a {expected}": "en {where} responde un {role} de redes, no un {expected}",
  "it speaks version {version} of the protocol, this one {own}":
    "habla la versión {version} del protocolo, este la {own}",
  "version {version} of the protocol is not spoken here, only {own}":
    "aquí no se habla la versión {version} del protocolo, solo la {own}",
  "another version of redes answers at {address}: {detail}": "en {address} responde otra versión de redes: {detail}",
  "something that is not redes ({reason})": "algo que no es redes ({reason})",
  "{what} answers at {where}, not a redes {role}": "{what} responde en {where}, no un {role} de redes",
  "what answers at {where} speaks TLS: if it is a redes {role}, it has a key, and one is needed here (--key-file)":
    "lo que responde en {where} habla TLS: si es un {role} de redes, tiene clave, y aquí hace falta una (--key-file)",
  "{address} accepts connections but says nothing, where a redes {role} would":
    "{address} acepta conexiones pero no dice nada, y un {role} de redes sí lo haría",
  "{address} accepts connections and closes them without a word: is a redes {role} there?":
    "{address} acepta conexiones y las cierra sin decir nada: ¿hay ahí un {role} de redes?",
  "it is {what}, and this is a redes {role}": "es {what}, y esto es un {role} de redes",
  "a TLS server": "un servidor TLS",
  "an HTTP server": "un servidor HTTP",
  "an SSH server": "un servidor SSH",
  "a mail server (SMTP)": "un servidor de correo (SMTP)",
  "an FTP or mail server": "un servidor FTP o de correo",
  "a Redis server": "un servidor Redis",
  "a mail server (IMAP)": "un servidor de correo (IMAP)",
  "a mail server (POP3)": "un servidor de correo (POP3)",
  "a VNC server": "un servidor VNC",
  "a PostgreSQL server": "un servidor PostgreSQL",
  "a MySQL server": "un servidor MySQL",
  "an AMQP broker": "un servidor AMQP",
  "an HTTP client": "un cliente HTTP",
  "a TLS client": "un cliente TLS",
  "an SSH client": "un cliente SSH",

  "the key of client {name} has the right {rights}, and {what} needs {needed}: who has the cluster key can make one with it (redes key client NAME --{needed})":
    "la clave del cliente {name} tiene el permiso {rights}, y {what} necesita {needed}: quien tiene la clave del clúster puede hacer una con él (redes key client NOMBRE --{needed})",
  "to put files": "subir archivos",
  "to remove files": "borrar archivos",
  "to move files": "mover archivos",
  "to restore files": "devolver archivos",
  "to list keys": "ver las claves",
  "to revoke keys": "revocar claves",
  "refused: {reason}": "rechazado: {reason}",
  "it is the key of {whose}, not of a {role}": "es la clave de {whose}, no de un {role}",
  "the central {address} is lost ({message}); trying again until it is back":
    "se ha perdido el central {address} ({message}); se intenta hasta que vuelva",
  "waiting for the central: {message}": "esperando al central: {message}",
  "the peer does not read what it is sent": "el otro extremo no lee lo que se le envía",
  "the connection broke: {reason}": "la conexión se ha roto: {reason}",
  "the peer closed": "el otro extremo ha cerrado",
  "a file cannot be sent: {message}": "no se puede enviar un archivo: {message}",
  "dealing with what it sent failed here: {reason}": "aquí ha fallado tratar lo que ha enviado: {reason}",
  "too much is being sent here at once; try again in a moment":
    "aquí se envía demasiado a la vez; pruebe dentro de un momento",
  "no greeting came": "no ha llegado ningún saludo",
  "nothing was heard from it for too long": "hace demasiado que no se sabe nada de él",
} as const;
