package answer

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// The keys in these lists are plain names: see plainName. They are read in this order.

// codes are the keys of error codes: RFC 6749 (section 5.2), Apigee, Okta, WeChat,
// NetSuite and many more.
func codes() []string { return []string{"errorcode", "errcode", "oerrorcode", "faultcode", "error"} }

// errorCodes are the keys of error codes that mean something else outside an error:
// Google, Stripe, Azure and many more.
func errorCodes() []string { return []string{"code", "type", "status"} }

// sentences are the keys of sentences: RFC 6749, RFC 9457 and many more.
func sentences(inError bool) []string {
	always := []string{
		"title", "errordescription", "errormessage", "errorsummary", "errormsg", "errmsg", "message", "msg", "faultstring", "detail",
	}
	if !inError {
		return always
	}
	return append(always, "reason", "description", "details", "messages", "messagelist", "errormessages", "errordetail", "nonfielderrors",
		"localizedmessage", "defaultmessage", "text", "developermessage", "resultmsg", "issue", "hint")
}

// containers are the keys of objects and lists with codes and sentences.
func containers() []string {
	return []string{
		"error", "errors", "fault", "modelstate", "errorcauses", "errordetails", "oerrordetails", "extensions", "exception",
		"responsestatus", "innererror", "messageextendedinfo", "fielderrors", "validationerrors", "violations", "invalidparams", "failures", "cause",
	}
}

// envelopes are the keys of objects that can hold the whole answer.
func envelopes() []string {
	return []string{"response", "result", "data", "meta", "body", "status", "envelope", "header", "value", "attributes", "ersresponse", "imdata"}
}

// entry is a key as it is written, and its value.
type entry struct {
	name  string
	value any
}

// byPlainName returns the entries of an object by the plain names of their keys.
func byPlainName(object map[string]any) map[string]entry {
	keys := make(map[string]entry, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if plain := plainName(name); keys[plain].value == nil {
			keys[plain] = entry{name, object[name]}
		}
	}
	return keys
}

// plainName returns the letters of a name in lower case: errorMessage,
// error_message and Error-Message are one name.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z':
			return r
		default:
			return -1
		}
	}, name)
}

// knownCode returns the registered error code of OAuth 2.0 in an answer, or "".
func knownCode(keys map[string]entry) string {
	for _, name := range []string{"error", "errorcode", "code"} {
		text, _ := keys[name].value.(string)
		if code := codeOf(text); code != "" {
			return code
		}
	}
	for _, name := range []string{"error", "detail", "fault"} {
		if object, ok := keys[name].value.(map[string]any); ok {
			if code := knownCode(byPlainName(object)); code != "" {
				return code
			}
		}
	}
	return ""
}

// registered are the codes of RFC 6749 and of the registry "OAuth Extensions Error".
func registered() []string {
	return []string{
		"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
		"access_denied", "server_error", "temporarily_unavailable", "invalid_target", "invalid_dpop_proof", "use_dpop_nonce",
		"invalid_token", "insufficient_scope", "unsupported_token_type", "authorization_pending", "slow_down", "expired_token",
		"interaction_required", "login_required", "consent_required", "unmet_authentication_requirements",
	}
}

// codeOf returns the registered code with which a text begins, as in
// "invalid_scope: no such scope", or "".
func codeOf(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	code := text
	if end := strings.IndexFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' && r != '-' }); end >= 0 {
		code = text[:end]
	}
	switch code {
	// Names that GitHub, Slack, Zoho, Salesforce and others use.
	case "incorrect_client_credentials", "invalid_client_id", "invalid_client_secret", "bad_client_secret", "invalid_client_credentials", "bad_client_credentials":
		return "invalid_client"
	case "bad_refresh_token", "bad_verification_code", "invalid_code", "invalid_refresh_token":
		return "invalid_grant"
	}
	if slices.Contains(registered(), code) {
		return code
	}
	return ""
}

// Code returns the registered error code of OAuth 2.0 in the answer, or "".
func (a *Content) Code() string {
	c := a.contents()
	for _, data := range []any{c.inner, c.data} {
		switch data := data.(type) {
		case map[string]any:
			return knownCode(byPlainName(data))
		case string:
			return codeOf(data)
		}
	}
	if c.problem != nil {
		return codeOf(c.text)
	}
	return ""
}

// SaysError reports whether the answer has an error in the place that OAuth 2.0 has for
// it (RFC 6749, section 5.2). Some endpoints always have that key, with an empty string.
func (a *Content) SaysError() bool {
	c := a.contents()
	for _, data := range []any{c.data, c.inner} {
		object, _ := data.(map[string]any)
		if text, ok := object["error"].(string); ok && strings.TrimSpace(text) != "" {
			return true
		}
	}
	return false
}

// HasError reports whether the answer is an object that says that something failed: it has
// an error that is not empty, 0 or false, success is false, or a result has a status with a
// code other than 0, as FortiManager's do.
func (a *Content) HasError() bool {
	c := a.contents()
	for _, data := range []any{c.data, c.inner} {
		object, _ := data.(map[string]any)
		keys := byPlainName(object)
		if isError(keys["error"].value) || isError(keys["errors"].value) || keys["success"].value == any(false) || hasFailed(keys["result"].value) {
			return true
		}
	}
	return false
}

func isError(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value) != ""
	case bool:
		return value
	case json.Number:
		return strings.Trim(value.String(), "0.") != ""
	case map[string]any:
		return len(value) > 0
	case []any:
		return len(value) > 0
	default:
		return false
	}
}

// hasFailed reports whether one of the results has a status that says so.
func hasFailed(results any) bool {
	list, _ := results.([]any)
	return slices.ContainsFunc(list[:min(len(list), mostElements)], func(result any) bool {
		object, _ := result.(map[string]any)
		status, _ := object["status"].(map[string]any)
		return isError(status["code"])
	})
}
