/** What is wrong with key files. */
export const keys = {
  "{path}: {wrong}": "{path}: {wrong}",
  "client {name} ({rights})": "el cliente {name} ({rights})",
  "a client": "un cliente",
  "it cannot be read": "no se puede leer",
  "it is an authority's": "es de una autoridad",
  "it does not say for which role of redes it is": "no dice para qué papel de redes es",
  "the cluster key in {path}": "la clave del clúster en {path}",
  "the credential of {whose} in {path}": "la credencial de {whose} en {path}",
  "{what} has expired on {day}: make a new one, see redes key --help":
    "{what} caducó el {day}: haga otra, vea redes key --help",
  "{what} ends on {day}: make a new one, see redes key --help":
    "{what} caduca el {day}: haga otra, vea redes key --help",
  "the credential": "la credencial",
  "it holds no certificate that can be read, as PEM": "no tiene ningún certificado que se pueda leer, como PEM",
  "it holds no private key that can be read, as PEM and without a passphrase":
    "no tiene ninguna clave privada que se pueda leer, como PEM y sin contraseña",
  "it is not the key of the certificate in {path}": "no es la clave del certificado de {path}",
  "the certificate has expired on {day}: get another one": "el certificado caducó el {day}: consiga otro",
  "it is no regular file": "no es un archivo normal",
  "it is too large, {most} bytes are the most": "es demasiado grande, {most} bytes como mucho",
  "redes key new makes a cluster key, and the other key commands make credentials from it":
    "redes key new hace una clave de clúster, y las otras órdenes de claves hacen credenciales con ella",
  "its key is under a passphrase, which nobody could enter for a server; make one without":
    "su clave tiene contraseña, que nadie podría escribir a un servidor; haga una sin ella",
  "a private key": "una clave privada",
  "a certificate": "un certificado",
  "it is no key file: {missing} is missing; {makeOne}": "no es un archivo de clave: falta {missing}; {makeOne}",
  "it holds more than one key; give each its own file": "tiene más de una clave; dé a cada una su archivo",
  "its certificate is not from the authority in the file: it was put together from two":
    "su certificado no es de la autoridad del archivo: se ha juntado de dos",
  "its certificate cannot be used: {reason}; {makeOne}": "su certificado no sirve: {reason}; {makeOne}",
  "a certificate in it cannot be read: the file is damaged":
    "no se puede leer un certificado suyo: el archivo está dañado",
  "it does not end with the certificate of a cluster's authority; {makeOne}":
    "no acaba con el certificado de la autoridad de un clúster; {makeOne}",
  "its key is of another kind than redes has, Ed25519; {makeOne}":
    "su clave no es de la clase de redes, Ed25519; {makeOne}",
  "its private key is not that of its certificate: it was put together from two":
    "su clave privada no es la de su certificado: se ha juntado de dos",
  "its private key cannot be read: the file is damaged": "no se puede leer su clave privada: el archivo está dañado",
  "what is given as the name of a key file is a key itself or a token, which arguments and environments do not keep secret: write it into a file with mode 0600 and give its name":
    "lo que se da como nombre de un archivo de clave es una clave o un token, que los argumentos y el entorno no guardan en secreto: escríbalo en un archivo con modo 0600 y dé su nombre",
  "a key file is a regular file, and that is a folder":
    "un archivo de clave es un archivo normal, y eso es una carpeta",
  "a key file is a regular file, and that is none": "un archivo de clave es un archivo normal, y eso no lo es",
  "take their rights away with chmod 600, and make a new key if somebody may have read it":
    "quíteles los permisos con chmod 600, y haga otra clave si alguien la puede haber leído",
  "others than its owner can read or change it (mode {mode}); {todo}":
    "otros que su dueño pueden leerlo o cambiarlo (modo {mode}); {todo}",
  "it is too large for a key file, which takes {most} bytes at most":
    "es demasiado grande para un archivo de clave, que ocupa {most} bytes como mucho",
  "give another name, or move that file away": "dé otro nombre, o quite de ahí ese archivo",
  "{path}: there is a file already, and no key is ever written over: {todo}":
    "{path}: ya hay un archivo, y una clave no se pisa nunca: {todo}",
  "no key file is given": "no se ha dado ningún archivo de clave",
  "give the cluster key, or one that was made for this": "dé la clave del clúster, o una hecha para esto",
  "it is the key of {whose}, not of {wanted}: {todo}": "es la clave de {whose}, no de {wanted}: {todo}",
  "it is not valid before {from}: this machine's clock is late, or that of the one that made it was early":
    "no vale antes de {from}: el reloj de esta máquina va atrasado, o el de la que la hizo iba adelantado",
  "it is the key of {whose}": "es la clave de {whose}",
  "{whose}, with which no token is made: give the cluster key, or a client's":
    "{whose}, con la que no se hacen tokens: dé la clave del clúster, o la de un cliente",
  "{whose}, which cannot give the right {rights}: give one that has it, or the cluster key":
    "{whose}, que no puede dar el permiso {rights}: dé una que lo tenga, o la del clúster",
  "{whose}, which makes tokens in its own name alone: leave out the other name":
    "{whose}, que solo hace tokens a su propio nombre: quite el otro nombre",
} as const;
