// Package token asks token endpoints for access tokens and reads their answers.
//
// An [Exchange] says how to ask and how to read the answer. A [Client] carries
// out one exchange over HTTP. A [Cache] carries out each exchange once and hands
// its [Token] to everyone who asks for it.
//
// The package knows nothing of Terraform.
package token
