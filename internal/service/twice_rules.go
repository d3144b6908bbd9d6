package service

import (
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// twoHeaders is the summary of an error about a header that is set twice.
const twoHeaders = "Two headers of one name"

// requestHeadersRule requires that request_headers do not replace a header that the
// request needs: the one that authenticates the client, and the type of the form.
func requestHeadersRule(v values) *RuleError {
	headers := read[types.Map](v, "request_headers")
	for _, name := range slices.Sorted(maps.Keys(present(headers))) {
		value, _ := present(headers)[name].(types.String)
		switch {
		case strings.EqualFold(name, "Authorization") && v.auth() == authBasic:
			return &RuleError{"request_headers", twoHeaders, fmt.Sprintf("client_auth = %q writes client_id and client_secret into Authorization, and request_headers "+
				"set that header too. Remove it from request_headers, or set client_auth = %q to send only the one in request_headers.", authBasic, authNone)}
		case strings.EqualFold(name, "Content-Type") && !value.IsUnknown() && !isForm(value.ValueString()):
			return &RuleError{"request_headers", twoHeaders, "oauth2 sends a form, whose Content-Type is application/x-www-form-urlencoded, and request_headers " +
				"set another one. Remove it there. If the endpoint expects JSON, describe it in custom."}
		}
	}
	return nil
}

func isForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// givenTwice is the summary of an error about a client in params beside the set's own.
const givenTwice = "Client is given twice"

// paramsRule requires that params have no second client, nor a second way to
// authenticate it: a request has one of each (RFC 6749, section 2.3).
func paramsRule(v values) *RuleError {
	if !slices.Contains(clientAuths(), v.auth()) {
		return nil // it is not known yet, or its own validator says so
	}
	id, isGiven := v.param("client_id")
	if isGiven && v.isGiven("client_id") && id != v.text("client_id", "") {
		return &RuleError{"params", givenTwice, "client_id of the set and client_id in params are different. Keep one of the two."}
	}
	proofs := v.proofs()
	if len(proofs) < 2 {
		return nil
	}
	return &RuleError{"params", givenTwice, fmt.Sprintf("The request would authenticate the client in more than one way: %s. RFC 6749 (section 2.3) allows one. "+
		"Remove the others: client_auth sends what it needs, and client_auth = %q leaves it to params.", strings.Join(proofs, ", "), authNone)}
}

// proofs returns the ways in which a request would authenticate its client.
func (v values) proofs() []string {
	var found []string
	if v.auth() != authNone {
		found = append(found, fmt.Sprintf("client_auth = %q", v.auth()))
	}
	for _, name := range []string{"client_secret", "client_assertion"} {
		if _, ok := v.param(name); ok {
			found = append(found, name+" in params")
		}
	}
	return found
}

// param returns an entry of params that is known, and whether there is one.
func (v values) param(name string) (value string, ok bool) {
	text, ok := present(read[types.Map](v, "params"))[name].(types.String)
	return text.ValueString(), ok && !text.IsUnknown()
}
