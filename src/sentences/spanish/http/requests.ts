/** Why a request is not answered, whatever it is for, and who may not make it. */
export const requests = {
  "there is nothing at this address": "no hay nada en esta dirección",
  "there is nothing here": "aquí no hay nada",
  "{method} is not possible here": "{method} no es posible aquí",
  "this is no request for a file or page": "esto no es una petición de un archivo ni de una página",
  "this is no address of a file or page": "esto no es la dirección de un archivo ni de una página",
  "the address has an escape that is no UTF-8": "la dirección tiene un escape que no es UTF-8",
  "this server made a mistake: its log says which": "este servidor ha cometido un error: su registro dice cuál",
  "too many are served at once": "se atiende a demasiados a la vez",
  "the server does not keep up": "el servidor no da abasto",
  "as many listen to events as may": "ya escuchan los eventos tantos como pueden",
  "the body is too long: at most {most} bytes are read":
    "el cuerpo es demasiado largo: se leen {most} bytes como mucho",
  "the body is too long, or has not come as a whole": "el cuerpo es demasiado largo, o no ha llegado entero",
  "the body must be JSON: Content-Type: application/json": "el cuerpo ha de ser JSON: Content-Type: application/json",
  "the body is no JSON": "el cuerpo no es JSON",

  "a page of another site may change nothing here": "una página de otro sitio no puede cambiar nada aquí",
  "with a cookie only a page of this server changes something: show the token itself":
    "con una cookie solo una página de este servidor cambia algo: muestre el propio token",
  "this needs a token, which redes key token makes: as Authorization: Bearer, or as the password of any user":
    "esto necesita un token, que hace redes key token: como Authorization: Bearer, o como contraseña de cualquier usuario",
  "what is shown is no token": "lo que se muestra no es un token",
  "too much that is wrong has come from this address: try again in {wait} s":
    "ha llegado demasiado erróneo de esta dirección: pruebe otra vez dentro de {wait} s",
  "without keys this is for programs of the same machine only":
    "sin claves esto es solo para programas de la misma máquina",
  "this needs the right {needed}, and the token has {rights} only":
    "esto necesita el permiso {needed}, y el token solo tiene {rights}",
  "the request does not name one host, as HTTP/1.1 wants it": "la petición no nombra un servidor, como pide HTTP/1.1",
  "this server is not called so: call it by its address, or give it the name with --http-host":
    "este servidor no se llama así: llámelo por su dirección, o dele el nombre con --http-host",
  "this cluster has no keys: nobody needs to log in": "este clúster no tiene claves: nadie necesita iniciar sesión",
  "the token cannot be read": "no se puede leer el token",
  "the token is from no key of this cluster": "el token no es de ninguna clave de este clúster",
  "{whose} makes no tokens": "{whose} no hace tokens",
  "the token is revoked": "el token está revocado",
  "the token has expired on {day}": "el token caducó el {day}",
  "the token says more than the credential that has signed it may give":
    "el token dice más de lo que puede dar la credencial que lo ha firmado",
  "this signed address is not whole: it was cut, or changed":
    "esta dirección firmada no está entera: se ha cortado, o cambiado",
  "this server cannot check signed addresses: it has not reached the central yet":
    "este servidor no puede comprobar direcciones firmadas: aún no ha llegado al central",
  "this signed address has expired: ask the central for another one":
    "esta dirección firmada ha caducado: pida otra al central",
  "this address is signed by no central of this cluster":
    "esta dirección no la ha firmado ningún central de este clúster",
  "this signed address says that it is good for longer than any may be":
    "esta dirección firmada dice que vale más tiempo del que puede valer ninguna",
} as const;
