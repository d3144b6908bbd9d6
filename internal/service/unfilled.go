package service

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// filler are the names that are replaced in a text, and what a warning says of them.
type filler struct {
	fits func(name string) bool
	show func(name string) string // {NAME} as a message may show it
	has  string                   // a sentence about the names that there are
}

// warnOfUnfilled warns of each attribute of a set of custom with a {NAME} that nothing
// gives, where that may be meant: a password may have braces, and JSON has braces of its own.
func warnOfUnfilled(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v := valuesOf(req.ConfigValue)
	g, request, at := customNames(v), v.object("request"), req.Path.AtName("request")
	f := g.filler(g.fitsRequest)
	for _, attribute := range placesOfPeople {
		f.warn(&resp.Diagnostics, at.AtName(attribute), request.placeholdersIn(attribute))
	}
	f.warn(&resp.Diagnostics, at.AtName("json"), wholeNames(request.at("json")))
	f.warnOfSources(&resp.Diagnostics, at, request)
	g.filler(g.fitsRevocation).warnOfSources(&resp.Diagnostics, req.Path.AtName("revoke"), v.object("revoke"))
}

// filler returns the filler of a set of custom whose names fit.
func (g given) filler(fits func(string) bool) filler {
	return filler{fits, func(name string) string { return g.braced("", name) }, g.hasSources()}
}

// warnOfSources warns of names in the texts of each source of a request.
func (f filler) warnOfSources(diags *diag.Diagnostics, at path.Path, request values) {
	sources := sourcesOf(request)
	names := slices.Sorted(maps.Keys(sources))
	for _, name := range names {
		of, place := sources[name], at.AtName("sources").AtMapKey(name)
		f.warnOfSource(diags, place, of)
		warnOfArguments(diags, place.AtName("program"), of.at("program"), names)
		warnOfArguments(diags, place.AtName("signed").AtName("signer"), of.object("signed").at("signer"), names)
	}
}

// warnOfSource warns of names in the texts of a source.
func (f filler) warnOfSource(diags *diag.Diagnostics, at path.Path, of values) {
	f.warn(diags, at.AtName("hmac").AtName("message"), of.object("hmac").placeholdersIn("message"))
	f.warnOfJWT(diags, at.AtName("signed"), of.object("signed"))
}

// warnOfJWT warns of names in the claims and the header of a JWT.
func (f filler) warnOfJWT(diags *diag.Diagnostics, at path.Path, of values) {
	also := f
	also.fits = func(name string) bool { return name == fingerprintName || f.fits(name) }
	also.warn(diags, at.AtName("claims"), wholeNames(of.at("claims")))
	f.warn(diags, at.AtName("header"), wholeNames(of.at("header")))
}

// warn warns of the first of the names in an attribute that nothing gives.
func (f filler) warn(diags *diag.Diagnostics, at path.Path, names []string) {
	i := slices.IndexFunc(names, func(name string) bool { return !f.fits(name) })
	if i < 0 {
		return
	}
	diags.AddAttributeWarning(at, unknownName, fmt.Sprintf("%s: nothing gives %s, so it is sent as written. %s If braces are meant, ignore this warning.",
		where(at), f.show(names[i]), f.has))
}

// fingerprintName is the name of the public key's fingerprint, in claims.
const fingerprintName = "fingerprint"

// builtIns returns the filler of texts beside which there are no sources.
func builtIns() filler {
	f := given{}.filler(given{}.fitsRequest)
	f.has = "There are {uuid}, {time}, {time_ms} and {time_rfc3339}, and {fingerprint} in claims."
	return f
}

// warnOfAssertions warns of a {NAME} that nothing gives in the assertions of a set of oauth2.
func warnOfAssertions(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v := valuesOf(req.ConfigValue)
	for _, name := range []string{"client_assertion", "assertion", "subject_token", "actor_token"} {
		if !v.at(name).IsNull() {
			builtIns().warnOfSource(&resp.Diagnostics, req.Path.AtName(name), v.object(name))
		}
	}
}

// wholeNames returns the NAME of each value in JSON that is {NAME} and nothing else. Other
// braces in JSON belong to another language, such as GraphQL.
func wholeNames(value attr.Value) []string {
	text, _ := value.(types.String)
	var decoded any
	if text.ValueString() == "" || json.Unmarshal([]byte(text.ValueString()), &decoded) != nil {
		return nil
	}
	names := wholeNamesIn(decoded)
	slices.Sort(names)
	return names
}

func wholeNamesIn(decoded any) (names []string) {
	switch decoded := decoded.(type) {
	case map[string]any:
		for _, value := range decoded {
			names = append(names, wholeNamesIn(value)...)
		}
	case []any:
		for _, value := range decoded {
			names = append(names, wholeNamesIn(value)...)
		}
	case string:
		if source.IsPlaceholder(decoded) {
			names = append(names, strings.Trim(decoded, "{}"))
		}
	}
	return names
}
