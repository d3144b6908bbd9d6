// Package said decides what may be shown in a message, in a log and in a test's output.
//
// A [Secret] is never shown. [Foreign] text, which is from a server, an issuer, a proxy or
// a certificate, is shown only by a [Judge]: it shortens and cleans the text, and hides
// the secrets in it.
package said
