/** Help of the commands about keys, and what they say. */
export const keyHelp = {
  "keys: who may do what": "claves: quién puede hacer qué",
  "Makes keys, which say who may do what in a cluster, shows them, and revokes them.":
    "Hace claves, que dicen quién puede hacer qué en un clúster, las muestra y las revoca.",
  "0  done": "0  hecho",
  "1  the new file cannot be made, or there is one already": "1  no se puede hacer el archivo nuevo, o ya hay uno",
  "5  the key file cannot be read, or is refused": "5  no se puede leer el archivo de clave, o se rechaza",
  "1  not done, and why": "1  no se ha hecho, y por qué",
  "5  refused: a key that cannot be used, or that may not do this":
    "5  rechazado: una clave que no sirve, o que no puede hacer esto",
  "the cluster key": "la clave del clúster",
  "the file to make; one that is there is never written over":
    "el archivo que se hace; uno que ya está no se pisa nunca",
  "how long it can be used": "cuánto se puede usar",
  "for listing and downloading files, and for the status": "para listar y descargar archivos, y para el estado",
  "also for changing what the cluster holds": "también para cambiar lo que tiene el clúster",
  "also for what the central's console can do": "también para lo que puede la consola del central",
  "Makes the key of a new cluster, for 30 years. Who has this file may do everything in the cluster: it serves every role, and the other key commands make files from it that can do less.":
    "Hace la clave de un clúster nuevo, para 30 años. Quien tiene este archivo puede hacerlo todo en el clúster: sirve para todos los papeles, y las otras órdenes de claves hacen con él archivos que pueden menos.",
  "the key of a new cluster": "la clave de un clúster nuevo",
  "Makes a key file for the central, which serves no other role.":
    "Hace un archivo de clave para el central, que no sirve para otra cosa.",
  "a key file for the central": "un archivo de clave para el central",
  "Makes a key file for one secondary, which serves no other role and no other number.":
    "Hace un archivo de clave para un secundario, que no sirve para otra cosa ni para otro número.",
  "a key file for one secondary": "un archivo de clave para un secundario",
  "the secondary's number": "el número del secundario",
  "Makes a key file for one client, which serves no server. Without --write and --admin it is for reading.":
    "Hace un archivo de clave para un cliente, que no sirve para ningún servidor. Sin --write ni --admin es para leer.",
  "a key file for one client": "un archivo de clave para un cliente",
  "the client's name, in the statistics too": "el nombre del cliente, también en las estadísticas",
  "Prints a token, with which a program that has no key file gets in over HTTP: as Authorization: Bearer, or as the password of any user. Without --write and --admin it is for reading. A client's key makes tokens that can do no more than itself.":
    "Escribe un token, con el que entra por HTTP un programa que no tiene archivo de clave: como Authorization: Bearer, o como contraseña de cualquier usuario. Sin --write ni --admin es para leer. La clave de un cliente hace tokens que no pueden más que ella.",
  "a token for programs that speak HTTP": "un token para programas que hablan HTTP",
  "the name of its holder": "el nombre de quien lo tiene",
  "that of the client's key, else USER@HOST": "el de la clave, o USER@HOST",
  "the cluster key, or a client's": "la clave del clúster, o la de un cliente",
  "Makes a file with a key and a certificate for HTTPS, for --tls-cert of a server that has a credential alone: one with the cluster key makes its own.":
    "Hace un archivo con una clave y un certificado para HTTPS, para --tls-cert de un servidor que solo tiene una credencial: uno con la clave del clúster se hace el suyo.",
  "a certificate for HTTPS": "un certificado para HTTPS",
  "names and addresses by which the server is called": "nombres y direcciones con los que se llama al servidor",
  "Prints the certificate of the cluster's authority, by which programs such as curl --cacert know its servers. It is no secret.":
    "Escribe el certificado de la autoridad del clúster, con el que programas como curl --cacert conocen a sus servidores. No es secreto.",
  "the certificate by which programs know the servers": "el certificado con el que se conoce a los servidores",
  "the cluster key, or one made from it": "la clave del clúster, o una hecha con ella",
  "Says what a key file is, for whom, until when, and its fingerprint, which is the SHA-256 of its certificate. The same of a token in a file. Nothing of that is secret.":
    "Dice qué es un archivo de clave, para quién, hasta cuándo, y su huella, que es el SHA-256 de su certificado. Lo mismo de un token en un archivo. Nada de eso es secreto.",
  "what a key file is, for whom and until when": "qué es un archivo de clave, para quién y hasta cuándo",
  "a file with a key or a token": "un archivo con una clave o un token",
  "Has a running cluster refuse a key for good: sessions with it end, and nobody gets in with it again. It takes the cluster key, or a client's with --admin. Of a cluster key it takes along everything that was made from it.":
    "Hace que un clúster en marcha rechace una clave para siempre: se cortan sus sesiones, y nadie vuelve a entrar con ella. Hace falta la clave del clúster, o la de un cliente con --admin. Con una clave de clúster cae todo lo que se hizo con ella.",
  "refuse a key from now on": "rechaza una clave desde ahora",
  "of the key, as redes key show and redes key list print it":
    "de la clave, como la escriben redes key show y redes key list",
  "Shows the keys that have come to the central of a running cluster, and those that are revoked: whose they are, until when, and when they were last seen. It takes the cluster key, or a client's with --admin.":
    "Muestra las claves que han venido al central de un clúster en marcha, y las revocadas: de quién son, hasta cuándo, y cuándo se vieron por última vez. Hace falta la clave del clúster, o la de un cliente con --admin.",
  "the keys that a cluster knows, and those that are revoked": "las claves que conoce un clúster, y las revocadas",

  "give the cluster key, or a key file that was made from it":
    "dé la clave del clúster, o un archivo de clave hecho con ella",
  "it is the key of {whose}, and no other can be made from it: give the cluster key":
    "es la clave de {whose}, y con ella no se puede hacer otra: dé la clave del clúster",
  "give the file with the cluster key, which redes key new makes":
    "dé el archivo con la clave del clúster, que hace redes key new",
  "give the file that is to be made": "dé el archivo que se ha de hacer",
  "give the number of the secondary": "dé el número del secundario",
  "N {text}: it takes a whole number from 1 to {most}": "N {text}: se espera un número entero de 1 a {most}",
  "give the name of the client": "dé el nombre del cliente",
  "NAME {name}: it takes 1 to 100 characters, none of them a control character":
    "NOMBRE {name}: se esperan de 1 a 100 caracteres, ninguno de control",
  "HOST is missing: give the names and addresses by which the server is called":
    "falta HOST: dé los nombres y direcciones con los que se llama al servidor",
  "HOST {wrong}: it takes the name of a host or an IP address":
    "HOST {wrong}: se espera el nombre de un host o una dirección IP",
  "a key and a certificate for HTTPS as {names}, until {until}":
    "una clave y un certificado para HTTPS como {names}, hasta {until}",
  "give what redes key show or redes key list prints": "dé lo que escriben redes key show o redes key list",
  "FINGERPRINT {text}: it takes the 64 hexadecimal digits that redes key show or redes key list prints":
    "HUELLA {text}: se esperan los 64 dígitos hexadecimales que escriben redes key show o redes key list",
  "give a file with a key or a token": "dé un archivo con una clave o un token",
  "give the file with the cluster key, or with a client's":
    "dé el archivo con la clave del clúster, o con la de un cliente",
  "a token for {whose}, until {until}; to revoke it: its fingerprint {fingerprint}":
    "un token para {whose}, hasta {until}; para revocarlo, su huella {fingerprint}",
  ": make a new one soon": ": haga una nueva pronto",
  ", and cannot be used yet": ", y aún no se puede usar",
  expired: "caducada",
  "{days} left{more}": "faltan {days}{more}",
  what: "qué es",
  "cluster key, for every role": "clave del clúster, para todos los papeles",
  "{kind}, for {owner}": "{kind}, para {owner}",
  from: "desde",
  until: "hasta",
  "{time} ({left})": "{time} ({left})",
  fingerprint: "huella",
  rights: "permisos",
  authority: "autoridad",
  "signed by": "firmado por",
  "client {name}": "el cliente {name}",
  "secondary {number}": "el secundario {number}",
  "the central": "el central",
} as const;
