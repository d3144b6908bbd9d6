package token

import (
	"net/http"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// redact returns a text as a message shows it.
func redact(message string, secrets said.Book) string {
	return string(secrets.Judge().Message(said.NewForeign(message)))
}

func retryAfter(header http.Header, now time.Time) (wait time.Duration, asked bool) {
	return answer.NewHeader(header).Wait(now)
}
