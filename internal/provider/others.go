package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

var _ provider.ProviderWithValidateConfig = (*apitoken)(nil)

// otherError says why a set cannot use the token of another one.
type otherError struct{ summary, detail string }

// Error says why.
func (e *otherError) Error() string { return e.detail }

// needed returns the error about a set whose token a source of another one needs, with both
// sets. by is the other one, as SERVICE.SET. Nothing in a data source or an ephemeral resource
// is the cause.
func (t *tokens) needed(by, source string, err error) *otherError {
	about := diagnose(t.withoutSecrets(err), diagnostic.Set{})
	detail := about.Detail()
	if credentials, ok := errors.AsType[*credentialsError](err); ok {
		detail = credentials.problem() // another provider block has no set for this one
	}
	of, name, _ := strings.Cut(by, ".")
	judge := said.Book{t.known.Entry()}.Judge()
	return &otherError{about.Summary(), fmt.Sprintf("%s\n\nService %s, credential set %q, needs a token of this set for its source %s.", detail, of, name, judge.Own(source))}
}

// The summaries of errors about a set that needs the token of another one.
const (
	noSuchSet    = "No such credential set"
	noSuchOutput = "No such output"
	circleOfSets = "Credential sets need each other"
)

// ValidateConfig checks the sources that are tokens of other credential sets.
func (p *apitoken) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	c := chains{services: p.services, sets: map[string]types.Map{}, needs: map[string][]string{}}
	var references []service.Reference
	for _, s := range p.services {
		sets := attribute[types.Map](ctx, req.Config, s.Name, &resp.Diagnostics)
		c.sets[s.Name] = sets
		references = append(references, s.References(sets)...)
	}
	for _, r := range references {
		if err := c.check(r); err != nil {
			resp.Diagnostics.AddAttributeError(r.At, err.summary, fmt.Sprintf("%s: %s", r.At, err.detail))
		}
		c.needs[r.By] = append(c.needs[r.By], r.To)
	}
	var reported []string
	for _, r := range references {
		circle := c.circle(r.By, nil, map[string]bool{})
		if slices.Contains(circle, r.By) && !slices.Contains(reported, r.By) {
			err := circleError(circle)
			resp.Diagnostics.AddAttributeError(r.At, err.summary, fmt.Sprintf("%s: %s", r.At, err.detail))
			reported = append(reported, circle...)
		}
	}
}

// chains are the credential sets of a provider block, and which of them needs which.
type chains struct {
	services []service.Service
	sets     map[string]types.Map
	needs    map[string][]string
}

// check says why a reference cannot be used; nil if it can, as far as is known.
func (c chains) check(r service.Reference) *otherError {
	of, name, isName := strings.Cut(r.To, ".")
	if !isName {
		return nil // its own validator says so
	}
	i := slices.IndexFunc(c.services, func(s service.Service) bool { return s.Name == of })
	if i < 0 {
		return noService(of, slices.Sorted(maps.Keys(c.sets)))
	}
	s, sets := c.services[i], c.sets[of]
	element, ok := sets.Elements()[name]
	switch {
	case sets.IsUnknown(), sets.IsNull() && s.Environment && name == defaultSet:
		return nil
	case !ok:
		return noSet(of, name, slices.Sorted(maps.Keys(sets.Elements())))
	}
	set, _ := element.(types.Object)
	outputs, known := s.OutputsOf(set)
	if set.IsUnknown() || !known {
		return nil
	}
	for _, output := range r.Outputs {
		if !slices.Contains(outputs, output) {
			return &otherError{noSuchOutput, fmt.Sprintf("the token of %s has no output %s. It has: %s.", service.Brief(r.To), service.Brief(output), listedOrNone(outputs))}
		}
	}
	return nil
}

// circle returns sets that need each other, if a set needs them; nil if there are none. through
// are the sets that need this one, and done those that need no such sets.
func (c chains) circle(set string, through []string, done map[string]bool) []string {
	if i := slices.Index(through, set); i >= 0 {
		return through[i:]
	}
	if done[set] {
		return nil
	}
	for _, next := range c.needs[set] {
		if found := c.circle(next, append(slices.Clone(through), set), done); found != nil {
			return found
		}
	}
	done[set] = true
	return nil
}

func noService(of string, names []string) *otherError {
	return &otherError{noSuchSet, fmt.Sprintf("%s is not a service of this provider. Its services: %s. Write SERVICE.SET, such as \"custom.login\".", service.Brief(of), strings.Join(names, ", "))}
}

func noSet(of, name string, names []string) *otherError {
	return &otherError{noSuchSet, fmt.Sprintf("there is no credential set %s for %s in this provider block. It has: %s.", service.Brief(name), of, listedOrNone(names))}
}

func circleError(circle []string) *otherError {
	names := append(slices.Clip(circle), circle[0])
	return &otherError{circleOfSets, "each of these credential sets needs the token of the next: " + service.FirstNames(names, service.Brief) + ". Give one of them another source."}
}

func listedOrNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return service.FirstNames(names, service.Brief)
}
