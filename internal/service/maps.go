package service

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// longestName is how many bytes of a name a message shows.
const longestName = 100

// Brief returns a name in quotes, cut if it is long. It hides a name that looks like a
// token in the wrong place.
func Brief(name string) string {
	if said.LooksSecret(name) {
		return said.Hidden
	}
	if len(name) > longestName {
		return fmt.Sprintf("%q", strings.ToValidUTF8(name[:longestName], "")+"…")
	}
	return fmt.Sprintf("%q", name)
}

// eachOf returns a validator that looks at each entry of a map that is not null,
// in order.
func eachOf(description string, look func(name string, value attr.Value) (summary, detail string)) validator.Map {
	return mapCheck{described(description), func(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
		elements := present(req.ConfigValue)
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			if summary, detail := look(name, elements[name]); summary != "" {
				resp.Diagnostics.Append(errorAt(req.Path.AtMapKey(name), summary, detail))
			}
		}
	}}
}

// entries returns a validator of the names and values of fields or parameters. Its
// errors never quote values.
func entries() validator.Map {
	return eachOf("names and values of fields", func(name string, element attr.Value) (summary, detail string) {
		if summary, detail := unusableName(name); summary != "" {
			return summary, detail
		}
		value, _ := element.(types.String)
		if err := checkEntry(value.ValueString()); err != nil {
			return strayCharacter, "The value cannot be used: " + err.Error() + "."
		}
		return "", ""
	})
}

// unusableName says why a name cannot be used; "" if it can.
func unusableName(name string) (summary, detail string) {
	if name == "" {
		return emptyValue, "The name is empty. If it comes from a variable, check that the variable has a value."
	}
	if err := CheckWord(name); err != nil {
		return strayCharacter, "The name cannot be used: " + err.Error() + "."
	}
	return "", ""
}

// requestHeaders returns a validator of the headers of a request, without those that
// the provider sets.
func requestHeaders() validator.Map {
	return eachOf("headers that do not say how the request is sent", func(name string, element attr.Value) (summary, detail string) {
		value, _ := element.(types.String)
		if reason := managed(name, value.ValueString()); reason != "" {
			return "Header cannot be set", Brief(name) + " cannot be set. " + reason
		}
		return "", ""
	})
}

// compressed matches an Accept-Encoding that allows compression.
var compressed = regexp.MustCompile(`(?i)gzip|deflate|compress|zstd|\bbr\b|\*`)

// managed says why a header cannot be set; "" if it can.
func managed(name, value string) string {
	switch strings.ToLower(name) {
	case "content-length", "transfer-encoding", "trailer", "te", "connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "expect":
		return "It says how the request is sent, which the provider decides itself. Leave it out."
	case "proxy-authorization":
		return "It would go to the endpoint and not to the proxy. Put the user name and the password into transport.proxy_url."
	case "accept-encoding":
		if compressed.MatchString(value) {
			return "With it the response may come compressed in a way that the provider does not read. Leave it out."
		}
	}
	return ""
}

// outputNames returns a validator of the names of outputs: none may be that of another
// placeholder.
func outputNames() validator.Map {
	taken := token.BuiltIns()
	taken["token"] = "the access token"
	return eachOf("names of outputs", func(name string, _ attr.Value) (summary, detail string) {
		if means := taken[name]; means != "" {
			return "Name is taken", fmt.Sprintf("An output cannot be called %s: {%s} stands for %s. Choose another name.", name, name, means)
		}
		return unusableName(name)
	})
}
