package token

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// authMethods are the ways to authenticate that a set can name: the IANA registry
// "OAuth Token Endpoint Authentication Methods".
func authMethods() []string {
	return []string{
		"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none",
	}
}

// knownMethods returns those of the listed ways that have a name known here, so
// that nothing else of a list is ever shown.
func knownMethods(lists []json.RawMessage) []string {
	if len(lists) != 1 {
		return nil
	}
	var listed []any
	if json.Unmarshal(lists[0], &listed) != nil {
		return nil
	}
	return slices.DeleteFunc(authMethods(), func(name string) bool { return !slices.Contains(listed, any(name)) })
}

// methods returns the names that the client's way to authenticate may have; nil if
// it has none.
func (x *Exchange) methods() []string {
	switch auth := x.Request.Auth.(type) {
	case ClientSecretBasic:
		return []string{"client_secret_basic"}
	case ClientSecretPost:
		return []string{"client_secret_post"}
	case ClientAssertion:
		if signed, ok := auth.Assertion.(SignedJWT); ok && strings.HasPrefix(signed.Algorithm, "HS") {
			return []string{"client_secret_jwt"}
		}
		return []string{"private_key_jwt"}
	case ClientID:
		if x.Request.Certificate != nil {
			return []string{"tls_client_auth", "self_signed_tls_client_auth", "none"}
		}
		return []string{"none"}
	default:
		return nil
	}
}

// methodAdvice is what to do if the issuer's metadata does not list the way in
// which the client authenticates; "" if it does, or if that is not known.
func (x *Exchange) methodAdvice() string {
	used := x.methods()
	isUsed := func(method string) bool { return slices.Contains(used, method) }
	if len(used) == 0 || len(x.AuthMethods) == 0 || slices.ContainsFunc(x.AuthMethods, isUsed) {
		return ""
	}
	return "The issuer's metadata does not list " + used[0] + ", which was used. It lists " + strings.Join(x.AuthMethods, ", ") +
		": set client_auth to one of these."
}

// Variable returns the environment variable for an attribute of a service's set.
func Variable(service, attribute string) string { return strings.ToUpper(service + "_" + attribute) }

// inEnvironment returns an advice that names environment variables in the place of
// the attributes that they set.
func inEnvironment(service, advice string) string {
	return regexp.MustCompile(`\b(client_id|client_secret|token_url)\b`).ReplaceAllStringFunc(advice, func(name string) string {
		return Variable(service, name)
	})
}

// beyondEnvironment says which of the attributes in a text have no environment
// variable, and what to do to set them; "" if there are none.
func beyondEnvironment(text string) string {
	var found []string
	for _, name := range []string{
		"client_auth", "basic_encoding", "request_headers", "client_certificate_pem", "client_key_pem", "private_key_pem", "allow_http",
		"default_ttl", "revocation_url",
	} {
		if regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return "No environment variable sets " + strings.Join(found, " or ") + ": to set that, write the set in the provider block."
}
