package token

import answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"

// Path says where a value is in an answer.
type Path = answers.Path

// ParsePath parses a path. With an error, the path has its text and finds nothing.
func ParsePath(text string) (Path, error) { return answers.ParsePath(text) }

// MustPath is ParsePath for a path in the source. It panics if the path cannot be used.
func MustPath(text string) Path { return answers.MustPath(text) }

// HeaderPath returns the path of a header of the answer.
func HeaderPath(name string) Path { return answers.HeaderPath(name) }
