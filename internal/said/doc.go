// Package said decides what may be said: in a message, in a log, in a test's output.
//
// A [Secret] is never said. Foreign text, which is what a server, an issuer, a
// proxy or a certificate says, is said only by a judge, which bounds it, cleans
// it and hides the secrets in it.
package said
