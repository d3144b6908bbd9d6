// Package answer finds values in the answer of an endpoint.
//
// A [Path] says where a value is: in the JSON of the body, or in a header. The package
// limits what a path may cost, because anybody can write an answer. It does not know
// tokens or Terraform.
package answer
