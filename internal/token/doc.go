// Package token requests access tokens from token endpoints and reads their
// responses.
//
// An [Exchange] says how to ask and how to read the response. A [Client] carries
// out one exchange over HTTP. A [Cache] carries out each exchange once and hands
// its [Token] to everyone who asks for it. An [Error] states facts: what failed, and
// what came back.
//
// The package knows nothing of Terraform, nor of what users call their settings.
package token
