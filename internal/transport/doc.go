// Package transport sends requests over HTTP: each at most once, to no host that
// nobody named, through the proxy that is set, and reads each response whole. It
// says why a request has no whole response: a [Failure].
//
// It knows nothing of tokens.
package transport
