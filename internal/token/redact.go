package token

import "github.com/apitoken/terraform-provider-apitoken/internal/said"

// redact returns a server's message as it may be shown.
func redact(message string, secrets said.Book) string {
	return secrets.Judge().Message(said.NewForeign(message))
}
