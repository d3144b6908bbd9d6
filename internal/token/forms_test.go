package token

import (
	"encoding/base64"
	"net/url"
)

// formsOf returns a secret as it is and as it is often encoded.
func formsOf(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), jsonEscape(secret), url.QueryEscape(url.QueryEscape(secret))}
	for _, before := range []string{"", "i", "id"} {
		whole := base64.StdEncoding.EncodeToString([]byte(before + secret))
		if len(whole) >= 16 {
			forms = append(forms, whole[4:len(whole)-4]) // without what its neighbours shape
		}
	}
	return forms
}
