package token

import (
	"context"
	"encoding/base64"
	"net/http"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Basic is HTTP Basic with a user name and a password that are sent as they are.
// In a template both are filled.
type Basic struct {
	// Username is a secret because a token may be filled in.
	Username, Password said.Secret
}

func (a Basic) authenticate(_ context.Context, _ *call, header http.Header, _ Form) error {
	header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(a.Username.Reveal()+":"+a.Password.Reveal())))
	return nil
}

func (a Basic) identity() []string {
	return []string{"basic", a.Username.Reveal(), a.Password.Reveal()}
}

func (a Basic) secrets() said.Book { return said.LoginEntries(a.Username, a.Password) }

func (Basic) advice(*answer, *Exchange) string { return "" }
