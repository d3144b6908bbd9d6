package token

import answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"

// Path says where a value is in an answer.
type Path = answers.Path

// HeaderPath returns the path of a header of the answer.
func HeaderPath(name string) Path { return answers.HeaderPath(name) }
