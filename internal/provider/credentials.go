package provider

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// defaultSet is the credential set to use if there are several and a reference
// names none, and the one that comes from the environment.
const defaultSet = "default"

// credentialSets are the credential sets of one service.
type credentialSets struct {
	service service.Service
	// unknown says that not even the names of the sets are known yet.
	unknown bool
	// absent says that the provider block does not name the service.
	absent bool
	byName map[string]service.CredentialSet
	// fromEnvironment says that the set comes from environment variables.
	fromEnvironment bool
	// unusable says what is wrong with an environment variable; "" if nothing.
	unusable string
	// missing are the environment variables to set, if the provider block does not name
	// the service and the environment has no complete set.
	missing []string
}

// newCredentialSets returns the sets in the provider block or, if it does not
// name the service, the one from the environment.
func newCredentialSets(s service.Service, configured types.Map, getenv func(string) string) credentialSets {
	c := credentialSets{service: s, unknown: configured.IsUnknown(), absent: configured.IsNull(), byName: map[string]service.CredentialSet{}}
	if c.absent {
		if s.Environment {
			c.readEnvironment(getenv)
		}
		return c
	}
	for name, element := range configured.Elements() {
		if set, ok := element.(types.Object); ok && !set.IsNull() {
			c.byName[name] = s.Read(set)
		}
	}
	return c
}

func (c *credentialSets) readEnvironment(getenv func(string) string) {
	given := map[string]string{}
	for _, name := range []string{"client_id", "client_secret", "token_url"} {
		value := service.Trimmed(getenv(c.service.Variable(name)))
		if problem := variableProblem(name, value); problem != "" && c.unusable == "" {
			c.unusable = fmt.Sprintf("The environment variable %s cannot be used: %s.", c.service.Variable(name), problem)
		}
		if value != "" {
			given[name] = value
		} else if slices.Contains(c.service.Needed, name) {
			c.missing = append(c.missing, c.service.Variable(name))
		}
	}
	if len(c.missing) == 0 {
		c.fromEnvironment = true
		c.byName[defaultSet] = c.service.Read(c.service.NewSet(given))
	}
}

// variableProblem says what is wrong with the value of an environment variable; "" if
// nothing. It leaves out advice about HCL functions, which cannot be used there.
func variableProblem(attribute, value string) string {
	if err := service.CheckWord(value); err != nil {
		what, _, _ := strings.Cut(err.Error(), ". ")
		return what + ". Set it again without that"
	}
	if attribute != "token_url" || value == "" {
		return ""
	}
	if err := transport.CheckURL(value, true); err != nil {
		return service.VariableURLProblem(err)
	}
	if transport.CheckURL(value, false) != nil {
		return "plain http:// would send the credentials unencrypted. Use https://, or put the credential set into the provider block, where " +
			"allow_http can be set; localhost and 127.0.0.1 need neither"
	}
	return ""
}

// choose returns the set called wanted or, if none was named, the only one or the
// one called "default". Its error is *credentialsError, *variableError or
// *service.UnknownError.
func (c credentialSets) choose(wanted string, named bool) (string, service.CredentialSet, error) {
	name := wanted
	if !named {
		name = defaultSet
		if len(c.byName) == 1 {
			name = slices.Collect(maps.Keys(c.byName))[0]
		}
	}
	set, ok := c.byName[name]
	switch {
	case c.unusable != "":
		return "", service.CredentialSet{}, &variableError{c.unusable}
	case c.unknown && !isPlainName(wanted):
		return "", service.CredentialSet{}, &service.UnknownError{Service: c.service.Name}
	case c.unknown:
		return "", service.CredentialSet{}, &service.UnknownError{Service: c.service.Name, Credentials: wanted}
	case ok && set.Attributes.IsUnknown():
		return "", service.CredentialSet{}, &service.UnknownError{Service: c.service.Name, Credentials: name}
	case !ok:
		return "", service.CredentialSet{}, &credentialsError{
			service: c.service.Name, needed: c.service.Needed, wanted: name, named: named, missing: c.missing,
			absent: c.absent, names: slices.Sorted(maps.Keys(c.byName)),
		}
	}
	return name, set, nil
}

// variableError says what is wrong with an environment variable.
type variableError struct{ problem string }

// Error names the variable, and not its value.
func (e *variableError) Error() string { return e.problem }

// credentialsError says that there is no such credential set, or none at all.
type credentialsError struct {
	service string
	// wanted is the set's name; named is whether there was one, if only an empty one.
	wanted string
	named  bool
	// names are the sets that there are, sorted.
	names []string
	// needed are the attributes that a set must have; missing are the environment
	// variables to set instead.
	needed, missing []string
	// absent says that the provider block does not name the service.
	absent bool
}

// Error says which sets there are or how to add one. Another cause may be a reference
// that uses another provider block than its author thinks.
func (e *credentialsError) Error() string { return e.problem() + "\n\n" + otherBlock }

// otherBlock says what to do if the set is in another provider block.
const otherBlock = "If the set is in a provider block with an alias, choose that block: provider = apitoken.NAME here, or " +
	"providers = { apitoken = apitoken.NAME } in the module block."

func (e *credentialsError) problem() string {
	name, names := e.service, service.FirstNames(e.names, service.Brief)
	switch {
	case len(e.names) == 0 && len(e.missing) > 0:
		return fmt.Sprintf("There are no credentials for %s. Add a credential set to the provider block:\n\n  %s = {\n    default = { %s }\n  }\n\n"+
			"or set in the environment %s, which %s missing or empty.", name, name, required(e.needed), strings.Join(e.missing, ", "),
			isOrAre(e.missing))
	case len(e.names) == 0 && e.absent:
		return fmt.Sprintf("There are no credentials for %s. Add a credential set to the provider block:\n\n  %s = {\n    default = { %s }\n  }",
			name, name, required(e.needed))
	case len(e.names) == 0:
		none := "The provider block has no credential set for " + name
		if e.named && isPlainName(e.wanted) {
			none += ", so that none is called " + service.Brief(e.wanted)
		}
		return fmt.Sprintf("%s. If an expression makes the map %s, such as one with for … if, check its condition. "+
			"Otherwise add a set: %s = { default = { %s } }.", none, name, name, required(e.needed))
	case !e.named:
		return fmt.Sprintf("The provider block has several credential sets for %s and none is called %q. Set credentials to one of: %s.",
			name, defaultSet, names)
	case e.wanted == "":
		return fmt.Sprintf("credentials is empty. Set it to one of the credential sets for %s: %s. Or leave it out, or set it to null, for the only set or "+
			"the one called %q.", name, names, defaultSet)
	case !isPlainName(e.wanted):
		return fmt.Sprintf("credentials is not the name of a credential set for %s. The provider block has: %s.", name, names)
	default:
		return fmt.Sprintf("There is no credential set %s for %s. The provider block has: %s.", service.Brief(e.wanted), name, names)
	}
}

// shownName matches a name that may be shown, if it is short and does not look like a secret.
var shownName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// isPlainName reports whether the name of a credential set may be shown. It may be a
// secret in the wrong attribute.
func isPlainName(name string) bool {
	const longest = 40
	return len(name) <= longest && shownName.MatchString(name) && !said.LooksSecret(name)
}

// isOrAre returns the verb for several names.
func isOrAre(names []string) string {
	if len(names) == 1 {
		return "is"
	}
	return "are"
}

// required returns the attributes that a set must have, as HCL to fill in.
func required(needed []string) string {
	return strings.Join(needed, " = …, ") + " = …"
}
