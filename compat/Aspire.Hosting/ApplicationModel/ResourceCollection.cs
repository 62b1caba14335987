using System.Collections;

namespace Aspire.Hosting.ApplicationModel;

public interface IResourceCollection : IList<IResource>;

/// <summary>The resources of the model, in order of their definition, with names that are unique whatever their case.</summary>
internal sealed class ResourceCollection : IResourceCollection
{
    private readonly List<IResource> _resources = [];

    public IResource this[int index]
    {
        get => _resources[index];
        set => _resources[index] = value;
    }

    public int Count => _resources.Count;

    public bool IsReadOnly => false;

    public void Add(IResource item)
    {
        RefuseTaken(item);
        _resources.Add(item);
    }

    public void Insert(int index, IResource item)
    {
        RefuseTaken(item);
        _resources.Insert(index, item);
    }

    public void Clear() => _resources.Clear();

    public bool Contains(IResource item) => _resources.Contains(item);

    public void CopyTo(IResource[] array, int arrayIndex) => _resources.CopyTo(array, arrayIndex);

    public IEnumerator<IResource> GetEnumerator() => _resources.GetEnumerator();

    public int IndexOf(IResource item) => _resources.IndexOf(item);

    public bool Remove(IResource item) => _resources.Remove(item);

    public void RemoveAt(int index) => _resources.RemoveAt(index);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void RefuseTaken(IResource item)
    {
        if (_resources.FirstOrDefault(r => string.Equals(r.Name, item.Name, StringComparison.OrdinalIgnoreCase)) is { } taken)
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{item.GetType()}' with name '{item.Name}' because resource of type '{taken.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }
    }
}
