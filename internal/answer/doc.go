// Package answer finds values in the answer of an endpoint.
//
// A [Path] says where a value is: in the JSON of the body, or in a header. The
// package bounds what following a path may cost, as an answer is up to 1 MiB of
// anything. It knows nothing of tokens or of Terraform.
package answer
